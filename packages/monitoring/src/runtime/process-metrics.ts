import { performance } from 'node:perf_hooks'
import { readdir, readFile } from 'node:fs/promises'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { numbers } from '../page/metric-data.ts'

/** Size of a page of memory on Linux, in bytes, on all platforms that Node is built for. */
const PAGE = 4096

/** The process, under the names that all clients of Prometheus give it. What only Linux tells is missing elsewhere. */
export async function processMetrics(): Promise<MetricData[]> {
  const { user, system } = process.cpuUsage()
  const [pages, open, max] = await Promise.all([virtualPages(), openFiles(), maxFiles()])
  const family = (
    name: string,
    help: string,
    value: number | undefined,
    type: 'counter' | 'gauge' = 'gauge',
  ) => (value === undefined ? [] : [numbers(`process_${name}`, help, type, [{ labels: {}, value }])])
  return [
    ...family('cpu_seconds_total', 'User and system CPU time, in seconds.', (user + system) / 1e6, 'counter'),
    ...family('resident_memory_bytes', 'Resident memory, in bytes.', process.memoryUsage.rss()),
    ...family('virtual_memory_bytes', 'Virtual memory, in bytes.', pages && pages * PAGE),
    ...family(
      'start_time_seconds',
      'Start of the process, in seconds since 1970.',
      performance.timeOrigin / 1000,
    ),
    ...family('open_fds', 'Open file descriptors.', open),
    ...family('max_fds', 'File descriptors that the process may open.', max),
  ]
}

async function virtualPages(): Promise<number | undefined> {
  const text = await readFile('/proc/self/statm', 'utf8').catch(() => '')
  return toNumber(/^\d+/.exec(text)?.[0])
}

async function openFiles(): Promise<number | undefined> {
  return (await readdir('/proc/self/fd').catch(() => undefined))?.length
}

async function maxFiles(): Promise<number | undefined> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  return toNumber(/^Max open files\s+(\d+)/m.exec(text)?.[1])
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
