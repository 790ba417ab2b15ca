import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawRequestDefaultExpression } from 'fastify'
import { type Bindings, type ChildLoggerOptions, type Logger, symbols } from 'pino'
import { requestPath, requestTarget } from '../requests/request-path.ts'
import { fastifyOptions } from '../fastify-options.ts'
import { delegate } from './delegate.ts'
import type { LogEvent } from './event.ts'
import { fieldsText, LinePart, quote, unquoted } from './fields-text.ts'
import { type LineWriter, lineWriter } from './log-line.ts'
import type { Redactor } from './redactor.ts'

type PinoLogger = Logger & Record<symbol, unknown>

/** What the loggers of all requests share. */
interface ServiceLog {
  readonly root: PinoLogger
  readonly redactor: Redactor
  readonly writer: LineWriter | undefined
  /** What is logged of requests to routes without parameters, by method and path. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, RouteText>>
}

/** Gives each request of a service an id, and a logger whose lines tell which request it was. */
export function logRequests(app: FastifyInstance, redactor: Redactor, nextId: () => string): void {
  const routes = new Map<string, Map<string, RouteText>>()
  app.addHook('onRoute', ({ method, url }) => {
    // Other paths hold what a client chose, which may be anything, and a secret.
    if (/[:*]/.test(url)) return
    for (const name of [method].flat()) {
      const paths = routes.get(name) ?? new Map<string, RouteText>()
      routes.set(name, paths.set(url, new RouteText(name, redactor.redact(requestPath(url)))))
    }
  })
  const root = app.log as PinoLogger
  const service: ServiceLog = { root, redactor, writer: lineWriter(root), routes }
  class Log extends RequestLog {}
  delegate(Log.prototype, root, (log) => log.logger)
  let ownId = ''
  let coming: RawRequestDefaultExpression | undefined
  app.setGenReqId((request) => {
    coming = request
    return (ownId = nextId())
  })
  const logOf = (id: string, options: ChildLoggerOptions): RequestLog => {
    const isOwn = id === ownId
    // Ids of our own stand in JSON as they are.
    const log = new Log(service, id, isOwn ? id : unquoted(id), options)
    // Fastify asks for the logger of a request when it has its id.
    if (isOwn && coming) log.about(coming)
    coming = undefined
    return log
  }
  if (fastifyOptions(app)?.logger === root) makeChildren(root, logOf)
  else {
    app.setChildLoggerFactory((_logger, { reqId }, options, request) => {
      const log = logOf(String(reqId), options)
      log.about(request)
      return log as unknown as FastifyBaseLogger
    })
  }
}

/**
 * Fastify asks its logger for a child for each request, and takes what it gets. What a factory makes (`setChildLoggerFactory()`) it
 * looks through for all methods, each time anew, so that is for an instance that writes its log with another logger than its own.
 */
function makeChildren(
  root: PinoLogger,
  logOf: (id: string, options: ChildLoggerOptions) => RequestLog,
): void {
  const child: unknown = Reflect.get(root, 'child')
  Object.assign(root, {
    child(this: PinoLogger, bindings?: Bindings, options: ChildLoggerOptions = {}) {
      if (bindings && isRequest(bindings) && isOfRoute(options))
        return logOf(String(bindings['reqId']), options)
      return Reflect.apply(child as () => PinoLogger, this, [bindings, options])
    },
  })
}

/** Whether this is what Fastify binds for a request, and nothing more. */
function isRequest(bindings: Bindings): boolean {
  for (const name in bindings) if (name !== 'reqId') return false
  return bindings['reqId'] !== undefined
}

/** Whether this is no more than what a route may say of its log lines. */
function isOfRoute(options: ChildLoggerOptions): boolean {
  for (const name in options) if (name !== 'level' && name !== 'serializers') return false
  return true
}

const BINDINGS: symbol = symbols.chindingsSym

/** Where a request keeps its trace. */
const TRACE = Symbol('chapkit.trace')

/** Ids of the trace that a request is a part of, and of its span there, as they are logged. */
export interface RequestTrace {
  readonly trace_id: string
  readonly span_id?: string
}

/** Tells which trace a request is a part of: its log lines from now on and its problems name it. */
export function setTrace(request: FastifyRequest, trace: RequestTrace): void {
  Object.assign(request.raw, { [TRACE]: trace })
  const log: unknown = request.log
  if (log instanceof RequestLog) log.setTrace(trace)
}

/** Which trace a request is a part of. */
export function traceOf({ raw }: FastifyRequest): RequestTrace | undefined {
  return (raw as { [TRACE]?: RequestTrace })[TRACE]
}

/**
 * Logger of a request. It is a child of the service's logger, which is made when somebody uses it: for most requests there
 * are only events of the framework to log, which do without and cost less.
 */
export class RequestLog {
  readonly #service: ServiceLog
  readonly #requestId: string
  readonly #idText: string
  #method = ''
  #target = '/'
  #clientHost: string | undefined
  readonly #options: ChildLoggerOptions
  #trace: RequestTrace | undefined
  #text = ''
  #child: PinoLogger | undefined
  /** What the child was made with, to see whether somebody added to it. */
  #bindings: unknown

  /** @param idText - The id as it stands in a string of JSON. */
  constructor(service: ServiceLog, requestId: string, idText: string, options: ChildLoggerOptions) {
    this.#service = service
    this.#requestId = requestId
    this.#idText = idText
    this.#options = options
  }

  /** Tells which request it is, if that is not known yet. */
  about(request: RawRequestDefaultExpression): void {
    if (this.#method !== '') return
    this.#method = request.method as string
    this.#target = requestTarget(request)
    // The socket forgets it when the client goes away.
    this.#clientHost = request.socket.remoteAddress
    this.#text = ''
    this.#child = undefined
  }

  /** Its lines from now on name the trace. */
  setTrace(trace: RequestTrace): void {
    this.#trace = trace
    this.#text = ''
    this.#child = undefined
  }

  /** The logger itself. */
  get logger(): PinoLogger {
    if (!this.#child) {
      this.#child = this.#service.root.child(this.#fields(), this.#options) as PinoLogger
      this.#bindings = this.#child[BINDINGS]
    }
    return this.#child
  }

  /** Logs an event. Its line is not searched for secrets, unless somebody bound more to the logger. */
  event(event: LogEvent): void {
    const { writer, redactor } = this.#service
    if (writer && !this.#child && isPlain(this.#options)) {
      if (!writer.isOn(event.level)) return
      this.#text ||= this.#textFromId()
      writer.write(event.level, this.#text, event.text)
      return
    }
    const child = this.logger
    redactor.trusting = child[BINDINGS] === this.#bindings
    try {
      child[event.level](event.fields, event.name)
    } finally {
      redactor.trusting = false
    }
  }

  /** The text of the fields below, from the id on. It is made for each request: so little is made on the way. */
  #textFromId(): string {
    const host = this.#clientHost
    const route = this.#service.routes.get(this.#method)?.get(this.#target)
    return (
      this.#idText +
      (route?.from(host) ?? textAfterId(this.#method, this.#path, host)) +
      (this.#trace === undefined ? '' : fieldsText({ ...this.#trace }))
    )
  }

  #fields() {
    // Somebody else gave a logger an id, outside of any request.
    if (this.#method === '') return { request_id: this.#requestId }
    return {
      request_id: this.#requestId,
      method: this.#method,
      path: this.#path,
      client_host: this.#clientHost,
      ...this.#trace,
    }
  }

  get #path(): string {
    return this.#service.redactor.redact(requestPath(this.#target))
  }
}

/** What is logged of the requests to one route. */
class RouteText {
  readonly #method: string
  readonly #path: string
  #host: string | undefined
  #part: LinePart | undefined

  constructor(method: string, path: string) {
    this.#method = method
    this.#path = path
  }

  /** Requests that follow each other mostly come from one host: a proxy. */
  from(host: string | undefined): string {
    if (this.#part === undefined || this.#host !== host) {
      this.#host = host
      this.#part = new LinePart(textAfterId(this.#method, this.#path, host))
    }
    return this.#part.text
  }
}

function textAfterId(method: string, path: string, host: string | undefined): string {
  const route = `","method":${quote(method)},"path":${quote(path)}`
  return host === undefined ? route : `${route},"client_host":${quote(host)}`
}

/** Whether the route says nothing about its log lines. */
function isPlain({ level, serializers }: ChildLoggerOptions): boolean {
  return level === undefined && serializers === undefined
}
