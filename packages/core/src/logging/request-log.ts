import type { FastifyBaseLogger, RawRequestDefaultExpression } from 'fastify'
import { type ChildLoggerOptions, type Logger, symbols } from 'pino'
import { requestPath, requestTarget } from '../requests/request-path.ts'
import { delegate } from './delegate.ts'
import { type EventFields, fieldsText, type LineWriter, lineWriter } from './log-line.ts'
import type { Redactor } from './redactor.ts'

type PinoLogger = Logger & Record<symbol, unknown>

/** What the loggers of all requests share. */
interface ServiceLog {
  readonly root: PinoLogger
  readonly redactor: Redactor
  readonly write: LineWriter | undefined
}

/** Makes the logger of a request: each of its lines tells which request it was. */
export type RequestLogFactory = (
  requestId: string,
  request: RawRequestDefaultExpression,
  options: ChildLoggerOptions,
) => FastifyBaseLogger

/** Loggers for the requests of a service that logs to `root`. */
export function requestLogs(root: FastifyBaseLogger, redactor: Redactor): RequestLogFactory {
  const service: ServiceLog = { root: root as PinoLogger, redactor, write: lineWriter(root) }
  class Log extends RequestLog {}
  delegate(Log.prototype, root, (log) => log.logger)
  return (requestId, request, options) =>
    new Log(service, requestId, request, options) as unknown as FastifyBaseLogger
}

const BINDINGS: symbol = symbols.chindingsSym

/**
 * Logger of a request. It is a child of the service's logger, which is made when somebody uses it: for most requests there
 * are only events of the framework to log, which do without and cost less.
 */
export class RequestLog {
  readonly #service: ServiceLog
  readonly #requestId: string
  readonly #method: string | undefined
  readonly #target: string
  readonly #clientHost: string | undefined
  readonly #options: ChildLoggerOptions
  #text = ''
  #child: PinoLogger | undefined
  /** What the child was made with, to see whether somebody added to it. */
  #bindings: unknown

  constructor(
    service: ServiceLog,
    requestId: string,
    request: RawRequestDefaultExpression,
    options: ChildLoggerOptions,
  ) {
    this.#service = service
    this.#requestId = requestId
    this.#method = request.method
    this.#target = requestTarget(request)
    // The socket forgets it when the client goes away.
    this.#clientHost = request.socket.remoteAddress
    this.#options = options
  }

  /** The logger itself. */
  get logger(): PinoLogger {
    if (!this.#child) {
      this.#child = this.#service.root.child(this.#fields(), this.#options) as PinoLogger
      this.#bindings = this.#child[BINDINGS]
    }
    return this.#child
  }

  /** Logs an event whose fields hold no secret. Its line is not searched for one, unless somebody bound more to the logger. */
  event(level: 'info' | 'warn', fields: EventFields, event: string): void {
    const { write, redactor } = this.#service
    if (write && !this.#child && isPlain(this.#options)) {
      this.#text ||= fieldsText(this.#fields())
      write(level, this.#text, fields, event)
      return
    }
    const child = this.logger
    redactor.trusting = child[BINDINGS] === this.#bindings
    try {
      child[level](fields, event)
    } finally {
      redactor.trusting = false
    }
  }

  #fields() {
    return {
      request_id: this.#requestId,
      method: this.#method,
      path: this.#service.redactor.redact(requestPath(this.#target)),
      client_host: this.#clientHost,
    }
  }
}

/** Whether the route says nothing about its log lines. */
function isPlain({ level, serializers }: ChildLoggerOptions): boolean {
  return level === undefined && serializers === undefined
}
