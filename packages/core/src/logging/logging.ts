import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { parseOptions } from '../parse-options.ts'
import { requestQuery, requestTarget } from '../requests/request-path.ts'
import { LogEvent } from './event.ts'
import { logEvent } from './log-event.ts'
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
  const duration = Math.round(reply.elapsedTime * 1000) / 1000
  const fields = { status_code: reply.statusCode, duration_ms: duration }
  logEvent(request, new LogEvent('info', 'http.request.complete', fields))
}
