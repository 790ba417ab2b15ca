import type { ServiceApp, WorkerAnswer, WorkerHub, WorkerLink } from '@chapkit/core'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { type Collector, mergeWorkers } from './collector.ts'

/** What workers and their primary ask each other about. */
const TOPIC = 'metrics'

/** In the primary: whoever is scraped gets the metrics of all workers that live. */
export function relayMetrics(hub: WorkerHub): void {
  hub.answer(TOPIC, () => hub.askAll(TOPIC, null))
}

/** Makes the page of a process: with its own metrics, or under `WORKERS=N` with those of all. */
export function metricsPage(app: ServiceApp, collector: Collector): () => Promise<string> {
  const { workers } = app.kernel
  if (!workers) return async () => collector.page(await collector.collect())
  // Messages are JSON, which has no NaN.
  workers.answer(TOPIC, async () => (await collector.collect()).map(finite))
  return async () => collector.page(mergeWorkers(await askWorkers(app, workers, collector)))
}

async function askWorkers(app: ServiceApp, workers: WorkerLink, collector: Collector) {
  try {
    const answers = (await workers.ask(TOPIC, null)) as readonly WorkerAnswer[]
    return answers.map(({ worker, answer }) => ({ worker, metrics: answer as MetricData[] }))
  } catch (error) {
    app.log.warn({ error, message: 'The page has the metrics of this worker only' }, 'monitoring.incomplete')
    return [{ worker: workers.id, metrics: await collector.collect() }]
  }
}

function finite(metric: MetricData): MetricData {
  const dataPoints = metric.dataPoints.filter(
    ({ value }) => typeof value !== 'number' || Number.isFinite(value),
  )
  return { ...metric, dataPoints } as MetricData
}
