import { setTrace, type ServiceApp } from '@chapkit/core'
import {
  type Context,
  defaultTextMapSetter,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import type { FastifyRequest } from 'fastify'
import { incomingContext, propagator } from './incoming-context.ts'

/** What follows traces through a service. */
export interface Tracing {
  readonly tracer: Tracer
  /** Headers for a call that is made for the request. */
  readonly traceHeaders: (request: FastifyRequest) => Record<string, string>
}

/** Without traces of its own a service still tells, in its log and its problems, which trace a request is a part of. */
export function followTraces(app: ServiceApp): Tracing {
  const contexts = new WeakMap<FastifyRequest, Context>()
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.headers.traceparent !== undefined) {
      const context = incomingContext(request.headers, app.kernel.redactor)
      const incoming = trace.getSpanContext(context)
      contexts.set(request, context)
      if (incoming) setTrace(request, { trace_id: incoming.traceId })
    }
    done()
  })
  return {
    tracer: new ProxyTracerProvider().getTracer('chapkit'),
    traceHeaders: (request) => headersOf(contexts.get(request) ?? ROOT_CONTEXT),
  }
}

/** The headers of a call that is made in the context. */
export function headersOf(context: Context): Record<string, string> {
  const headers: Record<string, string> = {}
  propagator.inject(context, headers, defaultTextMapSetter)
  return headers
}
