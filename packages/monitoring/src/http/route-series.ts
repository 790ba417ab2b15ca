import type { FastifyReply, FastifyRequest } from 'fastify'
import { BucketCounts } from './bucket-counts.ts'
import { KINDS, kindLabels, kindOf } from './method.ts'

/** Milliseconds: those of the original, and two below, where most answers of a service in Node are. */
const DURATIONS = [0, 1, 2.5, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]

/** Bytes. */
const SIZES = [0, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

/** What is measured of all requests that have the same labels. */
export class RequestSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly duration = new BucketCounts(DURATIONS)
  readonly requestSize = new BucketCounts(SIZES)
  readonly responseSize = new BucketCounts(SIZES)

  constructor(target: string, kind: number, status: number) {
    this.labels = { ...kindLabels(kind), http_status_code: String(status), http_target: target }
  }
}

/** The series of a route: one for each status that it gives to each kind of request. */
export class RouteSeries {
  readonly #target: string
  readonly #byKey = new Map<number, RequestSeries>()

  /** @param target - Template of the route, or what stands for requests without one. */
  constructor(target: string) {
    this.#target = target
  }

  get all(): Iterable<RequestSeries> {
    return this.#byKey.values()
  }

  /** Counts a request that was answered with a body of so many bytes. */
  record({ raw, headers }: FastifyRequest, reply: FastifyReply, responseSize: number): void {
    const series = this.#seriesOf(kindOf(raw), reply.statusCode)
    series.duration.record(reply.elapsedTime)
    const size = headers['content-length']
    if (size !== undefined) series.requestSize.record(Number(size) || 0)
    series.responseSize.record(responseSize)
  }

  #seriesOf(kind: number, status: number): RequestSeries {
    const key = status * KINDS + kind
    const known = this.#byKey.get(key)
    if (known) return known
    const series = new RequestSeries(this.#target, kind, status)
    this.#byKey.set(key, series)
    return series
  }
}
