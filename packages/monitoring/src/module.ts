import type { ServiceApp, ServiceModule } from '@chapkit/core'
import type { Meter, Tracer } from '@opentelemetry/api'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { httpMetrics } from './http/http-metrics.ts'
import { measureRequests } from './http/measure-requests.ts'
import { type MonitoringOptions, parseMonitoringOptions } from './options.ts'
import { collector } from './page/collector.ts'
import { moduleMetrics } from './page/module-metrics.ts'
import { metricsPage, relayMetrics } from './page/worker-metrics.ts'
import { processMetrics } from './runtime/process-metrics.ts'
import { followRuntime } from './runtime/runtime-metrics.ts'
import { followTraces } from './traces/tracing.ts'

/** OpenTelemetry of one service: nothing of it is global. It is `app.monitoring`. */
export interface Monitoring {
  /** Makes spans of your own; inside a handler they are children of the request's. Without traces they go nowhere. */
  readonly tracer: Tracer
  /** Makes counters and histograms of your own, which the page shows, too. */
  readonly meter: Meter
  /**
   * Headers (`traceparent`) for a call to another service that is made for the request, so that its spans are children of
   * the span that the calling code runs in. Empty where there is no trace.
   */
  readonly traceHeaders: (request: FastifyRequest) => Record<string, string>
  /** The page with all metrics, as Prometheus gets it. */
  readonly page: () => Promise<string>
}

/** The media type of the page, whatever the client would like. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics of requests, process, Node.js and all modules at `/metrics`, for Prometheus; traces by OTLP over HTTP.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 */
export function monitoring(
  options: MonitoringOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ServiceModule<{ readonly monitoring: Monitoring }> {
  const { prefix, tags, serviceName, traces } = parseMonitoringOptions(options, env)
  return {
    name: 'monitoring',
    order: 'early',
    inPrimary: relayMetrics,
    async plugin(app) {
      const resource = resourceOf(serviceName ?? (env['OTEL_SERVICE_NAME'] || app.kernel.info.display_name))
      const requests = measureRequests(app)
      const runtime = followRuntime()
      const metrics = collector(resource, 'chapkit', async () => [
        ...httpMetrics(app, requests),
        ...(await processMetrics()),
        ...runtime.collect(),
        ...moduleMetrics(app.kernel.metrics),
      ])
      app.addHook('onClose', async () => {
        runtime.close()
        await metrics.close()
      })
      // What sends traces takes megabytes, which a service without them need not have.
      const tracing = traces
        ? (await import('./traces/record-traces.ts')).recordTraces(app, resource, traces)
        : followTraces(app)
      const page = metricsPage(app, metrics)
      app.decorate('monitoring', { ...tracing, meter: metrics.meter, page } satisfies Monitoring)
    },
    routes: (app) => pageRoute(app as ServiceApp<{ monitoring: Monitoring }>, prefix, [...tags]),
  }
}

function pageRoute(app: ServiceApp<{ monitoring: Monitoring }>, prefix: string, tags: string[]): void {
  app.get(prefix, {
    config: { scopes: ['metrics:read'], rateLimit: false },
    schema: {
      tags,
      summary: 'Metrics for Prometheus',
      operationId: 'getMetrics',
      response: {
        200: {
          description: 'All metrics in the text format of Prometheus',
          content: { 'text/plain': { schema: Type.String() } },
        },
      },
    },
    serializerCompiler: () => String,
    handler: async (_request, reply) => reply.type(CONTENT_TYPE).send(await app.monitoring.page()),
  })
}

/** Who measures: the name that was given, beside what OTEL_RESOURCE_ATTRIBUTES says. */
function resourceOf(serviceName: string): Resource {
  return defaultResource()
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes({ 'service.name': serviceName }))
}
