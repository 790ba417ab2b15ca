/** A recorded start: configuration in, a started service or the text of an error out. */
export interface StartupCase {
  readonly name: string
  /** Environment of the service. */
  readonly env?: Readonly<Record<string, string>>
  /** A file that is there when the service starts. `{file}` stands for its path in what follows. */
  readonly file?: { readonly path: string; readonly base64: string }
  /** Options of `withAuth()`, in snake_case. */
  readonly with_auth?: Readonly<Record<string, unknown>>
  /** The expression in Python that makes the service. */
  readonly builder?: string
  readonly expect: StartupExpectation
}

/** What comes out of a start. */
export interface StartupExpectation {
  readonly starts: boolean
  /** Text of the error when it does not start. */
  readonly error?: string
  /** Status of GET /api/v1/configs with each of these keys. */
  readonly status_by_key?: Readonly<Record<string, number>>
  /** Members of log lines, in this order. */
  readonly log?: readonly Readonly<Record<string, unknown>>[]
}

/** What the process that starts a service is told. */
export interface StartupJob {
  /** Options of `withAuth()`, in camelCase. */
  readonly auth?: Readonly<Record<string, unknown>>
  readonly builder?: string
  /** Keys to send. */
  readonly keys: readonly string[]
}

/** What it answers. */
export interface StartupOutcome {
  readonly starts: boolean
  readonly error?: string
  readonly statusByKey?: Readonly<Record<string, number>>
}
