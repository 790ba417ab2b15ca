import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { BucketCounts } from '../http/bucket-counts.ts'

/** A value of a metric, for one set of labels. */
export interface Point<Value> {
  readonly labels: Attributes
  readonly value: Value
}

/** A counter or a gauge as OpenTelemetry's data model has it. */
export function numbers(
  name: string,
  help: string,
  type: 'counter' | 'gauge',
  points: readonly Point<number>[],
): MetricData {
  const common = { ...describe(name, help), dataPoints: points.map((point) => dataPoint(point, point.value)) }
  return type === 'gauge'
    ? { ...common, dataPointType: DataPointType.GAUGE }
    : { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
}

/** A histogram as OpenTelemetry's data model has it. */
export function histogram(name: string, help: string, points: readonly Point<BucketCounts>[]): MetricData {
  return {
    ...describe(name, help),
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: points.map((point) => {
      const { boundaries, counts, count, sum } = point.value
      return dataPoint(point, { buckets: { boundaries: [...boundaries], counts: [...counts] }, count, sum })
    }),
  }
}

function describe(name: string, description: string) {
  return {
    descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
}

/** The page of a scrape has no times: Prometheus takes its own. */
const NO_TIME: HrTime = [0, 0]

function dataPoint<Value>({ labels }: Point<unknown>, value: Value) {
  return { startTime: NO_TIME, endTime: NO_TIME, attributes: labels, value }
}
