/** What is known of a key once it was loaded: all but its text. */
export interface ApiKey {
  /**
   * Names it in logs, metrics and lists: the `id` of a key file in JSON, a ULID in a database, `key-1`, `key-2`, … in the
   * order of a plain list.
   */
  readonly id: string
  /** What people call it. */
  readonly name: string | undefined
  /** Its first 7 characters where it has at least 14, else `***`. */
  readonly prefix: string
  /** Hash that tells the key from all others in stores that are shared, and tells nothing of its text. */
  readonly subject: string
  /** What it may do: `configs:read`, `configs:*`. Undefined: everything but what is administrative. */
  readonly scopes: readonly string[] | undefined
  /** Milliseconds since 1970 from which it is valid; 0: always was. */
  readonly notBefore: number
  /** Milliseconds since 1970 from which it is valid no more; Infinity: never. */
  readonly expiresAt: number
  /** Its own rate limit (`100/m`), which counts instead of the service's. */
  readonly rateLimit: string | undefined
  /** Addresses and networks (`10.0.0.0/8`, `2001:db8::/32`) that it may be sent from. Undefined: from anywhere. */
  readonly allowFrom: readonly string[] | undefined
}
