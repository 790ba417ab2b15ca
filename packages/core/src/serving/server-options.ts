import { LogController, type FastifyServerOptions } from 'fastify'
import { type DestinationStream } from 'pino'
import { Type } from 'typebox'
import { loggerOptions, logSettings } from '../logging/logger-options.ts'
import { Redactor } from '../logging/redactor.ts'
import { checkedOption, parseOptions } from '../parse-options.ts'
import { answerClientError } from '../problems/client-error.ts'
import { toProblem } from '../problems/to-problem.ts'
import { writeProblem } from '../problems/send-problem.ts'
import { repairTarget, requestTarget } from '../requests/request-path.ts'
import { requestIds } from '../requests/request-id.ts'

/** What a service's own options may say about its server. */
export interface ServerOptions {
  /** Largest body, in bytes. Default: 1 MiB (1,048,576). */
  readonly bodyLimit?: number
  /** Largest header of an HTTP/1.1 request, in bytes, else it is answered with 431. Default: 16 KiB (16,384). */
  readonly maxHeaderSize?: number
  /** Whom to believe about X-Forwarded-* headers, as Fastify's `trustProxy`. Default: nobody (`false`). */
  readonly trustProxy?: FastifyServerOptions['trustProxy']
  /** Router options of Fastify (`ignoreTrailingSlash`, `caseSensitive`, …). Default: exact paths. */
  readonly routerOptions?: FastifyServerOptions['routerOptions']
  /** Milliseconds within which the body of a request must have arrived, after its header. Default: 120,000. */
  readonly requestTimeout?: number
  /** Milliseconds within which the header of a request must have arrived. Default: 20,000. */
  readonly headersTimeout?: number
  /** Milliseconds between two looks for requests that are late. Default: 5,000. */
  readonly connectionsCheckingInterval?: number
  /** Milliseconds for which an idle connection is kept. Default: 72,000. */
  readonly keepAliveTimeout?: number
  /**
   * Milliseconds for which a service that was told to close serves on while `/health/ready` answers 503, so that whoever
   * balances the load sends new requests elsewhere. Default: 0.
   */
  readonly shutdownDelay?: number
  /** Milliseconds after which a handler is answered for with 503. Default: 0, no limit. */
  readonly handlerTimeout?: number
  /**
   * Milliseconds by which the event loop may be late: a request that comes when it is later is answered with 503 and
   * Retry-After, but for the health checks. When it has been late by a tenth of that for so many milliseconds without a
   * break, that is an overload: all that have waited for more than that tenth are refused, until none had to be for a second.
   * Default: 10,000; 0 for no limit.
   */
  readonly maxEventLoopDelay?: number
  /** HTTP/2, without TLS unless `https` is given. Default: false. */
  readonly http2?: boolean
  /** TLS options of node:https. Default: none. */
  readonly https?: object
  /** Where log lines go: anything with a `write(line)`. Default: standard output. */
  readonly logStream?: DestinationStream
}

const Options = Type.Object(
  {
    bodyLimit: Type.Integer({ minimum: 1, default: 1_048_576 }),
    maxHeaderSize: Type.Integer({ minimum: 1, default: 16_384 }),
    trustProxy: Type.Optional(Type.Unsafe<FastifyServerOptions['trustProxy']>({})),
    routerOptions: Type.Object({}, { default: {} }),
    requestTimeout: Type.Integer({ minimum: 0, default: 120_000 }),
    headersTimeout: Type.Integer({ minimum: 0, default: 20_000 }),
    connectionsCheckingInterval: Type.Integer({ minimum: 1, default: 5_000 }),
    keepAliveTimeout: Type.Integer({ minimum: 0, default: 72_000 }),
    shutdownDelay: Type.Integer({ minimum: 0, maximum: 600_000, default: 0 }),
    handlerTimeout: Type.Integer({ minimum: 0, default: 0 }),
    maxEventLoopDelay: Type.Integer({ minimum: 0, default: 10_000 }),
    http2: Type.Boolean({ default: false }),
    https: Type.Optional(Type.Object({})),
    logStream: Type.Optional(
      checkedOption<DestinationStream>(
        (value) => typeof (value as DestinationStream | null)?.write === 'function',
        'an object with a function write(line)',
      ),
    ),
  },
  { additionalProperties: false },
)

/** What was decided before there was an instance, carried to the plugin beside Fastify's own options. */
export interface PreparedServer {
  readonly redactor: Redactor
  /** Gives the next request its id. */
  readonly nextId: () => string
  readonly requestTimeout: number
  readonly maxEventLoopDelay: number
  readonly shutdownDelay: number
  readonly headersTimeout: number
  readonly maxHeaderSize: number
  readonly keepAliveTimeout: number
}

/**
 * Milliseconds that the start may take, of which Fastify grants 10,000: a service waits for its database, and for the
 * migrations of another replica.
 */
const START_TIMEOUT = 120_000

/** Where the options of a service carry it. */
export const PREPARED = Symbol('chapkit.prepared')

/** Options for `Fastify()`: all that cannot be set on an instance any more. */
export type PreparedServerOptions = FastifyServerOptions & { readonly [PREPARED]: PreparedServer }

/**
 * Checks the options of a service and gives those of its Fastify instance.
 *
 * @param logLevel - Least level of the log where LOG_LEVEL does not say it.
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 */
export function serverOptions(given: ServerOptions, logLevel: string): PreparedServerOptions {
  const {
    maxHeaderSize,
    headersTimeout,
    connectionsCheckingInterval,
    logStream,
    https,
    http2,
    routerOptions,
    trustProxy,
    requestTimeout,
    maxEventLoopDelay,
    shutdownDelay,
    ...options
  } = parseServerOptions(given)
  const redactor = new Redactor()
  const settings = logStream
    ? { level: logSettings(logLevel).level, stream: logStream }
    : logSettings(logLevel)
  const nextId = requestIds()
  const { keepAliveTimeout } = options
  const carried: PreparedServer = {
    redactor,
    nextId,
    requestTimeout,
    maxEventLoopDelay,
    shutdownDelay,
    headersTimeout,
    maxHeaderSize,
    keepAliveTimeout,
  }
  const prepared: FastifyServerOptions = {
    ...options,
    // The kernel has a limit for bodies, with which routes may have their own.
    requestTimeout: 0,
    pluginTimeout: START_TIMEOUT,
    ...(trustProxy !== undefined && { trustProxy }),
    // A part of a path that is too long is no reason to answer before the hooks have seen the request.
    routerOptions: { maxParamLength: 65_536, ...routerOptions },
    logger: loggerOptions(settings, redactor),
    logController: new LogController({ disableRequestLogging: true }),
    // The kernel answers for a service that closes, as a problem.
    return503OnClosing: false,
    genReqId: nextId,
    rewriteUrl: repairTarget,
    frameworkErrors: (error, request, reply) => {
      reply.hijack()
      writeProblem(
        reply.raw,
        toProblem(error),
        { target: requestTarget(request.raw), id: request.id },
        redactor,
      )
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, nextId()),
  }
  const node = http2
    ? {}
    : { maxHeaderSize, headersTimeout, connectionsCheckingInterval, requireHostHeader: false }
  const secure = https && { https: { ...node, ...https } }
  return Object.assign(prepared, http2 && { http2 }, secure ?? (http2 ? undefined : { http: node }), {
    [PREPARED]: carried,
  })
}

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. */
export function parseServerOptions(given: ServerOptions) {
  return parseOptions(Options, given, 'new ServiceBuilder(info, options)')
}
