/** A key as it is kept: by its text or by its hash, with all that is known of it. */
export type KeyRecord = KeyDetails & (TextOfKey | HashOfKey)

/** What is known of a key beside its text. */
export interface KeyDetails {
  /** Names it in logs and lists. Default: `key-1`, `key-2`, … in the order of the records. */
  readonly id?: string | undefined
  /** What people call it. */
  readonly name?: string | undefined
  /** What it may do: `configs:read`, `configs:*`, `*`. Default: everything but what is administrative. */
  readonly scopes?: readonly string[] | undefined
  /** Milliseconds since 1970 from which it is valid. Default: it always was. */
  readonly notBefore?: number | undefined
  /** Milliseconds since 1970 from which it is valid no more. Default: it always is. */
  readonly expiresAt?: number | undefined
  /** Its own rate limit: `100/m`. Default: that of the service. */
  readonly rateLimit?: string | undefined
  /** Addresses and networks that it may be sent from: `10.0.0.0/8`. Default: any. */
  readonly allowFrom?: readonly string[] | undefined
}

interface TextOfKey {
  /** The key itself; it is forgotten once it is loaded. */
  readonly key: string
  /** Where it stands, for errors, which must not show it: `line 3`, `entry 2`, `apiKeys[1]`. */
  readonly place: string
}

interface HashOfKey {
  readonly key?: undefined
  /** `sha256:` and 64 hexadecimal digits, as `hashApiKey()` makes them. For generated keys: see the guide. */
  readonly hash: string
  /** What logs may show of it. Default: `***`, until it was sent. */
  readonly prefix?: string | undefined
}
