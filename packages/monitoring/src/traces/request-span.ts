import { requestPath, toProblem } from '@chapkit/core'
import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { kindLabels, kindOf } from '../http/method.ts'
import { routeTemplate } from '../http/route-template.ts'

/** Name, kind and attributes of the span of a request, by the semantic conventions of OpenTelemetry for HTTP. */
export function describeRequest(request: FastifyRequest): {
  name: string
  kind: SpanKind
  attributes: Attributes
} {
  const { http_method: method, http_flavor: version } = kindLabels(kindOf(request.raw))
  const { url } = request.routeOptions
  const route = url === undefined ? undefined : routeTemplate(url)
  const named = method === '_OTHER' ? 'HTTP' : method
  const { redactor } = request.server.kernel
  return {
    name: route === undefined ? named : `${named} ${route}`,
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      // Neither the query nor any header: they hold what nobody is to see.
      'url.path': redactor.redact(requestPath(request.raw.url as string)),
      'url.scheme': request.server.initialConfig.https ? 'https' : 'http',
      'network.protocol.version': version,
      'client.address': request.raw.socket.remoteAddress,
      'chapkit.request_id': request.id,
    },
  }
}

/** Notes what the handler threw and did not expect, without the secrets that it may hold. */
export function recordError(span: Span, request: FastifyRequest, error: unknown): void {
  if (!span.isRecording() || toProblem(error).statusCode < 500) return
  const { redactor } = request.server.kernel
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  span.setAttribute('error.type', name)
  span.addEvent('exception', {
    'exception.type': name,
    'exception.message': redactor.redact(message),
    ...(stack !== undefined && { 'exception.stacktrace': redactor.redact(stack) }),
  })
}

/** Ends the span with its answer. Faults of clients are none of the service (HTTP conventions, "Status"). */
export function endSpan(span: Span, { raw }: FastifyReply): void {
  if (raw.headersSent) {
    span.setAttribute('http.response.status_code', raw.statusCode)
    if (raw.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  }
  if (!raw.writableEnded) span.setAttribute('chapkit.aborted', true)
  span.end()
}
