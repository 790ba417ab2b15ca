import {
  constants,
  monitorEventLoopDelay,
  performance,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks'
import { getHeapSpaceStatistics } from 'node:v8'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { BucketCounts } from '../http/bucket-counts.ts'
import { histogram, numbers, type Point } from '../page/metric-data.ts'

/** What is known of Node.js itself while a service runs. */
export interface RuntimeMetrics {
  collect(): MetricData[]
  /** Ends what measures. */
  close(): void
}

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10

/** Seconds. */
const PAUSES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

const KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
}

type GarbageCollection = PerformanceEntry & { readonly detail: { readonly kind: number } }

/** Follows event loop and garbage collection, under the names of OpenTelemetry's conventions for Node.js and V8. */
export function followRuntime(): RuntimeMetrics {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  const pauses = new Map(Object.values(KINDS).map((kind) => [kind, new BucketCounts(PAUSES)]))
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as GarbageCollection[]) {
      pauses.get(KINDS[entry.detail.kind] as string)?.record(entry.duration / 1000)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  let before = performance.eventLoopUtilization()
  return {
    collect() {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      const metrics = [
        ...eventLoopDelay(delay),
        gauge(
          'nodejs_eventloop_utilization_ratio',
          'Part of the time since the last look that the event loop was busy.',
          [{ labels: {}, value: utilization }],
        ),
        ...heapMetrics(),
        histogram(
          'v8js_gc_duration_seconds',
          'Pauses for garbage collection, in seconds.',
          [...pauses].map(([kind, value]) => ({ labels: { v8js_gc_type: kind }, value })),
        ),
        gauge('nodejs_active_resources', 'Timers, sockets and the like that keep the process alive.', [
          { labels: {}, value: process.getActiveResourcesInfo().length },
        ]),
      ]
      delay.reset()
      return metrics
    },
    close() {
      observer.disconnect()
      delay.disable()
    },
  }
}

/** How much later than asked for the event loop came back since the last look. */
function eventLoopDelay(delay: ReturnType<typeof monitorEventLoopDelay>): MetricData[] {
  // Before its first turn there is nothing but zeros and the largest number there is.
  const seconds = (nanoseconds: number) =>
    delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000)
  const values = {
    min: delay.min,
    max: delay.max,
    mean: delay.mean,
    p50: delay.percentile(50),
    p90: delay.percentile(90),
    p99: delay.percentile(99),
  }
  return Object.entries(values).map(([name, value]) =>
    gauge(
      `nodejs_eventloop_delay_${name}_seconds`,
      `Delay of the event loop since the last look (${name}), in seconds.`,
      [{ labels: {}, value: seconds(value) }],
    ),
  )
}

function heapMetrics(): MetricData[] {
  const spaces = getHeapSpaceStatistics()
  const bySpace = (value: (space: (typeof spaces)[number]) => number) =>
    spaces.map((space) => ({ labels: { v8js_heap_space_name: space.space_name }, value: value(space) }))
  const { external, arrayBuffers } = process.memoryUsage()
  return [
    gauge(
      'v8js_memory_heap_limit_bytes',
      'Size of the heap, by space, in bytes.',
      bySpace(({ space_size }) => space_size),
    ),
    gauge(
      'v8js_memory_heap_used_bytes',
      'Heap that is in use, by space, in bytes.',
      bySpace(({ space_used_size }) => space_used_size),
    ),
    gauge('nodejs_memory_external_bytes', 'Memory of objects outside of the heap, in bytes.', [
      { labels: {}, value: external },
    ]),
    gauge('nodejs_memory_array_buffers_bytes', 'Part of it that buffers have, in bytes.', [
      { labels: {}, value: arrayBuffers },
    ]),
  ]
}

function gauge(name: string, help: string, points: readonly Point<number>[]): MetricData {
  return numbers(name, help, 'gauge', points)
}
