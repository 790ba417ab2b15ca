import type { KeyDetails } from '@chapkit/auth'

/** A key as it is kept: all but its text. */
export interface BookedKey extends KeyDetails {
  readonly id: string
  /** `sha256:…` */
  readonly hash: string
  /** Its beginning: `sk_prod_`. Undefined where nobody wrote it down. */
  readonly prefix: string | undefined
  /** Why it is not valid, whatever its dates say. */
  readonly revoked?: boolean
}

/** Where keys are kept: a file or a database. */
export interface KeyBook {
  /** What messages call it: `keys.json`. */
  readonly place: string
  list(): Promise<readonly BookedKey[]>
  /** @throws CommandFailure when a key has its id already. */
  add(key: BookedKey): Promise<void>
  /**
   * Adds the key that `replacement` makes of the old one, and lets the old one expire at `until`, or earlier if it does so
   * already. Both or neither.
   *
   * @throws CommandFailure when there is no such key.
   */
  rotate(id: string, until: number, replacement: (old: BookedKey) => BookedKey): Promise<void>
  /**
   * Makes a key invalid at once.
   *
   * @throws CommandFailure when there is no such key.
   */
  revoke(id: string): Promise<void>
  /** Frees what was opened. */
  close(): Promise<void>
}
