/** An open SQLite database. */
export interface SqliteHandle {
  /** A statement that stays prepared. */
  prepare(sql: string): PreparedStatement
  /** Rows one by one, with a statement of their own: the same query may run meanwhile. */
  iterate(sql: string, parameters: readonly unknown[]): Iterable<unknown>
  /** Runs a command that takes nothing and gives nothing. */
  exec(command: string): void
  /** Whether a transaction is open. */
  readonly isTransaction: boolean
  close(): void
}

/** A prepared statement. */
export interface PreparedStatement {
  /** Whether it gives rows. */
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
}
