import type { Attributes, Meter } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { type Resource, emptyResource } from '@opentelemetry/resources'
import { type MetricData, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'

/** OpenTelemetry's pipeline of metrics, with a page at its end. */
export interface Collector {
  /** For metrics of the service's own. */
  readonly meter: Meter
  /** All metrics as they are now. */
  collect(): Promise<MetricData[]>
  /** Metrics as a page in the text format of Prometheus. */
  page(metrics: MetricData[]): string
  close(): Promise<void>
}

/** Reads when it is asked to, and has nothing to flush. */
class PageReader extends MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

/**
 * Sets up OpenTelemetry's metrics. What is counted at each request does not go through its instruments, which would cost some
 * microseconds a request: it joins at the end, as the metrics of another producer.
 */
export function collector(
  resource: Resource,
  scope: string,
  produce: () => Promise<MetricData[]>,
): Collector {
  const producer = {
    async collect() {
      const scopeMetrics = [{ scope: { name: scope }, metrics: await produce() }]
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] }
    },
  }
  const reader = new PageReader({ metricProducers: [producer] })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true)
  return {
    meter: provider.getMeter(scope),
    async collect() {
      const { resourceMetrics } = await reader.collect()
      return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    },
    page(metrics) {
      return serializer.serialize({ resource, scopeMetrics: [{ scope: { name: scope }, metrics }] })
    },
    close: () => provider.shutdown(),
  }
}

/** The metrics of several processes as one list; a label tells which process a series is of. */
export function mergeWorkers(
  answers: readonly { readonly worker: number; readonly metrics: readonly MetricData[] }[],
): MetricData[] {
  const merged = new Map<string, MetricData>()
  for (const { worker, metrics } of answers) {
    for (const metric of metrics) {
      const { name } = metric.descriptor
      const points = metric.dataPoints.map((point) => ({
        ...point,
        attributes: { ...point.attributes, worker: String(worker) } as Attributes,
      }))
      const before = merged.get(name)?.dataPoints ?? []
      merged.set(name, { ...metric, dataPoints: [...before, ...points] } as MetricData)
    }
  }
  return [...merged.values()]
}
