/** What the bench asks the server's process. */
export interface UsageQuestion {
  readonly ask: 'usage'
}

/** What the bench asks the load's process: to send so many requests and to tell how they were answered. */
export interface LoadQuestion {
  readonly ask: 'load'
  readonly port: number
  readonly requests: number
  readonly target: Target
}

/** What is sent. */
export interface Target {
  /** Headers of each request, with the key. */
  readonly headers: Readonly<Record<string, string>>
  /** Paths to GET, in turn. */
  readonly paths?: readonly string[]
  /** A path to POST configs to, each of a new name. */
  readonly configs?: string
}

export interface ListeningAnswer {
  readonly port: number
}

export interface UsageAnswer {
  /** CPU time that the whole process has used, in the kernel and outside, in microseconds. */
  readonly microseconds: number
  /** Memory that the process has now (resident set size), in bytes. */
  readonly memory: number
}

export interface LoadAnswer {
  readonly answered: number
  /** Answers other than 2xx, connections that broke, time-outs. */
  readonly failed: number
}
