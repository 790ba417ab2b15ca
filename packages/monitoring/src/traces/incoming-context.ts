import type { IncomingHttpHeaders } from 'node:http'
import type { Kernel } from '@chapkit/core'
import { type Context, defaultTextMapGetter, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'

/** W3C trace context: https://www.w3.org/TR/trace-context/ */
export const propagator = new W3CTraceContextPropagator()

/**
 * The trace that a request is a part of, as its client says. What is malformed is ignored, and so is what holds an API key:
 * it would be sent on, and stand in the log.
 */
export function incomingContext(headers: IncomingHttpHeaders, redactor: Kernel['redactor']): Context {
  const { traceparent, tracestate } = headers
  if (typeof traceparent !== 'string') return ROOT_CONTEXT
  const carrier = { traceparent, ...(isClean(tracestate, redactor) && { tracestate }) }
  const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)
  const { traceId, spanId } = trace.getSpanContext(context) ?? {}
  return isClean(traceId, redactor) && isClean(spanId, redactor) ? context : ROOT_CONTEXT
}

function isClean(text: unknown, redactor: Kernel['redactor']): boolean {
  return typeof text === 'string' && redactor.redact(text) === text
}
