import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { parseOptions } from '../parse-options.ts'
import { requestQuery, requestTarget } from '../requests/request-path.ts'
import { LogEvent } from './event.ts'
import { logEvent } from './log-event.ts'
import { thousandthsText } from './number-text.ts'
import type { ServiceModule } from '../service-module.ts'

/**
 * Request log: `http.request.start` and `http.request.complete` with `request_id`, `method`, `path`, `client_host`,
 * `query_params`, `status_code` and `duration_ms` (milliseconds).
 */
export function logging(options: Record<string, never> = {}): ServiceModule {
  parseOptions(Type.Object({}, { additionalProperties: false }), options, 'withLogging()')
  return {
    name: 'logging',
    order: 'early',
    after: ['monitoring'],
    plugin(app) {
      // A stream is complete for the log when it begins.
      const streaming = new WeakSet<FastifyRequest>()

      app.addHook('onRequest', (request, _reply, done) => {
        const query = requestQuery(requestTarget(request.raw))
        logEvent(request, query === null ? STARTED : started(app.kernel.redactor.redactQuery(query)))
        done()
      })
      app.kernel.streamBegins.push((request, reply) => {
        streaming.add(request)
        logComplete(request, reply)
      })
      app.addHook('onResponse', (request, reply, done) => {
        if (!streaming.has(request)) logComplete(request, reply)
        done()
      })
    },
  }
}

/** The start of a request without a query, as most are. */
const STARTED = started(null)

function started(query_params: string | null): LogEvent {
  return new LogEvent('info', 'http.request.start', { query_params })
}

function logComplete(request: FastifyRequest, reply: FastifyReply): void {
  logEvent(request, new RequestComplete(reply.statusCode, Math.round(reply.elapsedTime * 1000)))
}

/** The end of a request, whose text is never used again: it is put together without a look at what the fields are. */
class RequestComplete extends LogEvent {
  readonly #microseconds: number

  constructor(status_code: number, microseconds: number) {
    super('info', 'http.request.complete', { status_code, duration_ms: microseconds / 1000 })
    this.#microseconds = microseconds
  }

  override get text(): string {
    const { status_code } = this.fields
    const duration = thousandthsText(this.#microseconds)
    return `,"status_code":${status_code},"duration_ms":${duration},"event":"http.request.complete"}\n`
  }
}
