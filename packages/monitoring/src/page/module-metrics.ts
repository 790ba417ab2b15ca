import type { MetricFamily, MetricSample } from '@chapkit/core'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { numbers } from './metric-data.ts'

/** What the modules of the service count. Two families of one name are one. */
export function moduleMetrics(families: readonly MetricFamily[]): MetricData[] {
  const samples = new Map<string, { family: MetricFamily; samples: MetricSample[] }>()
  for (const family of families) {
    const known = samples.get(family.name) ?? { family, samples: [] }
    known.samples.push(...family.collect())
    samples.set(family.name, known)
  }
  return [...samples.values()].map(({ family: { name, help, type }, samples: points }) =>
    numbers(name, help, type, points),
  )
}
