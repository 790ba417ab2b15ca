/** A series' labels by name. Their values come from what the service is made of, never from what clients send. */
export type MetricLabels = Readonly<Record<string, string>>

/** A value of a family, for one set of labels. */
export interface MetricSample {
  readonly labels: MetricLabels
  readonly value: number
}

/**
 * A number that a module keeps, and that `withMonitoring()` shows. It is asked for when somebody looks, so keeping it costs
 * a request no more than an addition.
 */
export interface MetricFamily {
  /** Name as Prometheus wants it, with the unit: `chapkit_auth_requests_total`. */
  readonly name: string
  /** One sentence. */
  readonly help: string
  /** A counter only grows while the process runs; a gauge goes up and down. */
  readonly type: 'counter' | 'gauge'
  /** The values now. */
  readonly collect: () => Iterable<MetricSample>
}
