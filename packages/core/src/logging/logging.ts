import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { parseOptions } from '../parse-options.ts'
import { requestQuery, requestTarget } from '../requests/request-path.ts'
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
    plugin(app) {
      // A stream is complete for the log when it starts: it may stay open for days.
      const streaming = new WeakSet<FastifyRequest>()

      app.addHook('onRequest', (request, _reply, done) => {
        const query = requestQuery(requestTarget(request.raw))
        const shown = query && app.kernel.redactor.redactQuery(query)
        logEvent(request, 'info', { query_params: shown }, 'http.request.start')
        done()
      })
      app.addHook('onSend', (request, reply, payload, done) => {
        if (payload instanceof Readable) {
          streaming.add(request)
          logComplete(request, reply)
        }
        done(null, payload)
      })
      app.addHook('onResponse', (request, reply, done) => {
        if (!streaming.has(request)) logComplete(request, reply)
        done()
      })
    },
  }
}

function logComplete(request: FastifyRequest, reply: FastifyReply): void {
  const duration = Math.round(reply.elapsedTime * 1000) / 1000
  logEvent(request, 'info', { status_code: reply.statusCode, duration_ms: duration }, 'http.request.complete')
}
