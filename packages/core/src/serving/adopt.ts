import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { UnsafeInstanceError } from '../errors.ts'
import { answerClientError } from '../problems/client-error.ts'
import { closingProblem } from '../problems/closing.ts'
import { writeProblem } from '../problems/send-problem.ts'
import { repairTarget } from '../requests/request-path.ts'
import { fastifyOptions } from '../fastify-options.ts'
import { PREPARED, type PreparedServerOptions } from './server-options.ts'

/** What only the constructor of Fastify takes: with one of these, a service needs its options to be used. */
const NEEDED_AT_CREATION = new Set([
  'bodyLimit',
  'trustProxy',
  'routerOptions',
  'handlerTimeout',
  'shutdownDelay',
  'http2',
  'https',
])

/** Fastify's own request log, which cannot be turned off on an instance that exists. */
const FASTIFY_REQUEST_EVENTS = new Set<unknown>(['incoming request', 'request completed', 'request errored'])

/**
 * Makes an instance that somebody else created (as `fastify start` does without `--options`) as strong as one of
 * `build()`: the log, the answers to unreadable requests, the time-outs.
 *
 * @param given - Names of the options that the service was given.
 * @throws CHAPKIT_ERR_UNSAFE_INSTANCE where that is not possible.
 */
export function adopt(app: FastifyInstance, prepared: PreparedServerOptions, given: readonly string[]): void {
  const lost = given.filter((name) => NEEDED_AT_CREATION.has(name))
  if (lost.length > 0) {
    throw new UnsafeInstanceError(
      `The service sets ${lost.join(', ')}, which cannot be set on a Fastify instance that exists. ` +
        'Export `options = service.options()` and use `fastify start --options`, or pass them to Fastify().',
    )
  }
  adoptLogger(app, prepared)
  adoptFrameworkErrors(app, prepared)
  adoptServer(app, prepared)
}

function adoptLogger(app: FastifyInstance, prepared: PreparedServerOptions): void {
  const { stream, ...options } = prepared.logger as pino.LoggerOptions & { stream: pino.DestinationStream }
  const hooks: pino.LoggerOptions['hooks'] = {
    ...options.hooks,
    logMethod(args: unknown[], write) {
      if (!FASTIFY_REQUEST_EVENTS.has(args[1])) Reflect.apply(write, this, args)
    },
  }
  app.log = pino({ ...options, hooks }, stream)
}

/** Fastify reads `frameworkErrors` from its options each time it needs it. */
function adoptFrameworkErrors(app: FastifyInstance, { frameworkErrors }: PreparedServerOptions): void {
  const options = fastifyOptions(app)
  if (!options || !frameworkErrors) {
    throw new UnsafeInstanceError(
      'This version of Fastify is not known to chapkit; use `service.build()` or `--options`.',
    )
  }
  options.frameworkErrors = frameworkErrors
}

function adoptServer(app: FastifyInstance, prepared: PreparedServerOptions): void {
  const server = app.server
  const { keepAliveTimeout, headersTimeout, maxHeaderSize, nextId } = prepared[PREPARED]
  // The kernel has a limit for bodies.
  server.requestTimeout = 0
  server.keepAliveTimeout = keepAliveTimeout
  server.headersTimeout = headersTimeout
  // The kernel refuses a request without Host, as a problem.
  Object.assign(server, { maxHeaderSize, requireHostHeader: false })
  server.removeAllListeners('clientError')
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    answerClientError(error, socket, nextId()),
  )
  const [serve] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.url = repairTarget(request)
    const { closing, redactor } = app.kernel
    if (closing.aborted)
      writeProblem(response, closingProblem(), { target: request.url, id: nextId() }, redactor)
    else serve?.(request, response)
  })
}
