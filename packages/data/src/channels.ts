/** Messages between the services of one database and one schema. They hold nothing: they say that there is something to look at. */
export interface Channels {
  /**
   * Calls `onMessage` for each message, on a connection of its own, and each time that it has connected, since messages may
   * have been missed. It connects again by itself, and never throws. Where a message must not be missed, poll as well:
   * PgBouncer in transaction mode passes none on.
   *
   * @param channel - Name in snake_case, of at most 50 characters.
   */
  listen(channel: string, onMessage: () => void): Listening
  /** Sends a message when the transaction that the calling code runs in is stored; at once outside of one. */
  notify(channel: string): Promise<void>
}

/** Goes on until it is closed, or the database is. */
export interface Listening {
  /** Whether messages arrive now. */
  readonly isConnected: boolean
  close(): Promise<void>
}
