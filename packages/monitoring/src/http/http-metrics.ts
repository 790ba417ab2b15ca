import type { FastifyInstance } from 'fastify'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { histogram, numbers } from '../page/metric-data.ts'
import { kindLabels } from './method.ts'
import type { RequestMetrics } from './measure-requests.ts'
import type { RequestSeries } from './route-series.ts'

/** What was measured of the requests, under the names that the instrumentation of the original gives them. */
export function httpMetrics(app: FastifyInstance, metrics: RequestMetrics): MetricData[] {
  const server = serverLabels(app)
  const all = [...metrics.routes.values()].flatMap((route) => [...route.all])
  const points = (value: (series: RequestSeries) => RequestSeries['duration']) =>
    all.map((series) => ({ labels: { ...server, ...series.labels }, value: value(series) }))
  const kinds = (counts: readonly number[]) =>
    counts.flatMap((value, kind) =>
      value === 0 ? [] : { labels: { ...server, ...kindLabels(kind) }, value },
    )
  return [
    histogram(
      'http_server_duration_milliseconds',
      'Time from the head of a request to the end of its answer.',
      points(({ duration }) => duration),
    ),
    histogram(
      'http_server_request_size_bytes',
      'Length of the bodies of requests that say it.',
      points(({ requestSize }) => requestSize).filter(({ value }) => value.count > 0),
    ),
    histogram(
      'http_server_response_size_bytes',
      'Length of the bodies of answers.',
      points(({ responseSize }) => responseSize),
    ),
    numbers(
      'http_server_active_requests',
      'Requests that wait for their answer.',
      'gauge',
      kinds(metrics.active),
    ),
    numbers(
      'chapkit_http_aborted_requests_total',
      'Requests whose client went before the answer was complete.',
      'counter',
      kinds(metrics.aborted),
    ),
  ]
}

/** Where the service listens, as the process knows it: not by the Host header, which is the client's. */
function serverLabels({ server, initialConfig }: FastifyInstance): Readonly<Record<string, string>> {
  const http_scheme = initialConfig.https ? 'https' : 'http'
  const bound = server.address()
  // It listens on a path, or is called without a network.
  if (bound === null || typeof bound === 'string') return { http_scheme }
  const { address, port, family } = bound
  const host = family === 'IPv6' ? `[${address}]` : address
  return { http_host: `${host}:${port}`, http_scheme, net_host_port: String(port) }
}
