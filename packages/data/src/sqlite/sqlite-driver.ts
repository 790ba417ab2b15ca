import type { TransactionSettings } from 'kysely'
import { LendingDriver } from '../driver.ts'
import type { PoolStats } from '../pool-stats.ts'
import type { SqliteHandle } from './sqlite-handle.ts'
import { SqliteConnection } from './sqlite-connection.ts'

/** Lends the one connection to one query or transaction at a time, first come, first served: two transactions never mix. */
export class SqliteDriver extends LendingDriver<SqliteConnection> {
  readonly #handle: SqliteHandle
  readonly #connection: SqliteConnection
  readonly #isInTransaction: () => boolean
  readonly #waiting: (() => void)[] = []
  #lent = false

  /** @param isInTransaction - Whether the calling code runs in a transaction, and so has the connection. */
  constructor(handle: SqliteHandle, isInTransaction: () => boolean) {
    super()
    this.#isInTransaction = isInTransaction
    this.#handle = handle
    this.#connection = new SqliteConnection(handle)
  }

  /** The connection at this moment. */
  get stats(): PoolStats {
    const used = this.#lent ? 1 : 0
    return { used, idle: 1 - used, waiting: this.#waiting.length, max: 1 }
  }

  /** Does work with the connection, when it is free. */
  async lend(work: (connection: SqliteConnection) => Promise<void>): Promise<void> {
    const connection = await this.acquire()
    try {
      await work(connection)
    } finally {
      this.release()
    }
  }

  async init(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#handle.close()
  }

  protected async acquire(): Promise<SqliteConnection> {
    if (this.#isInTransaction()) {
      throw new Error(
        'Inside a transaction, use what it is given, or `database.executor`: SQLite has one connection, ' +
          'and a query of `database.kysely` would wait for the end of the transaction for ever.',
      )
    }
    if (this.#lent) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#lent = true
    return this.#connection
  }

  protected release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#lent = false
  }

  /** A transaction takes the write lock at its start: a later upgrade would fail at once when another process writes. */
  protected beginning({ accessMode }: TransactionSettings): string {
    return accessMode === 'read only' ? 'begin' : 'begin immediate'
  }
}
