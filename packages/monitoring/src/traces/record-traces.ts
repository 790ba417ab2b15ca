import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { setTrace, type ServiceApp } from '@chapkit/core'
import { type Context, trace } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { FastifyRequest } from 'fastify'
import type { TraceOptions } from '../options.ts'
import { incomingContext } from './incoming-context.ts'
import { describeRequest, endSpan, recordError } from './request-span.ts'
import { ScopedTracer } from './scoped-tracer.ts'
import { spanExport } from './span-export.ts'
import { headersOf, type Tracing } from './tracing.ts'

/** Milliseconds that the collector has for the last spans when the service closes. */
const FLUSH_LIMIT = 2_000

/** A span for each request, the active one in its handler, sent to a collector. */
export function recordTraces(app: ServiceApp, resource: Resource, options: TraceOptions): Tracing {
  const active = new AsyncLocalStorage<Context>()
  const contexts = new WeakMap<FastifyRequest, Context>()
  const { processor, metrics } = spanExport(options, app.log)
  const { sampleRatio } = options
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [processor],
    ...(sampleRatio !== undefined && {
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    }),
  })
  const tracer = new ScopedTracer(provider.getTracer('chapkit'), active)
  app.kernel.metrics.push(metrics)

  app.addHook('onRequest', (request, reply, done) => {
    const parent = incomingContext(request.headers, app.kernel.redactor)
    const { name, ...described } = describeRequest(request)
    const span = tracer.startSpan(name, described, parent)
    const { traceId, spanId } = span.spanContext()
    const context = trace.setSpan(parent, span)
    contexts.set(request, context)
    setTrace(request, { trace_id: traceId, span_id: spanId })
    reply.raw.once('close', () => endSpan(span, reply))
    active.run(context, done)
  })
  // The body comes by events of the socket, which know nothing of the request.
  app.addHook('preValidation', (request, _reply, done) => {
    active.run(contexts.get(request) as Context, done)
  })
  app.addHook('onError', (request, _reply, error, done) => {
    const span = trace.getSpan(contexts.get(request) as Context)
    if (span) recordError(span, request, error)
    done()
  })
  app.addHook('onClose', async () => {
    await Promise.race([
      provider.shutdown().catch(() => undefined),
      sleep(FLUSH_LIMIT, undefined, { ref: false }),
    ])
  })
  return {
    tracer,
    traceHeaders: (request) => headersOf(active.getStore() ?? (contexts.get(request) as Context)),
  }
}
