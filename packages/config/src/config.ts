/** A config: data of the service's own schema under a name. */
export interface Config<T = unknown> {
  /** ULID, in upper case. */
  readonly id: string
  readonly createdAt: Date
  /** When it was last replaced; `createdAt` at first. */
  readonly updatedAt: Date
  readonly name: string
  readonly data: T
}

/** What a config is made of. */
export interface ConfigInput<T = unknown> {
  /** ULID of its own. Default: a new one. */
  readonly id?: string | null
  readonly name: string
  /** Data of the service's schema. A client, or code without types, may leave out members that have a default in it. */
  readonly data: T
}
