import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@chapkit/core'
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely'
import { isBusy } from '../sql-errors.ts'

/** How long a query waits for another process that writes to the same file. */
const MAX_WAIT_MS = 5000

/**
 * Kysely's SQLite with three changes: migrations run in a transaction, transactions take the write lock at their start
 * (a later upgrade would fail at once when another process writes), and a busy database is waited for without blocking.
 */
export class ServerSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ServerSqliteDriver(this.#config)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class ServerSqliteDriver extends SqliteDriver {
  #patient: DatabaseConnection | undefined

  /** Kysely hands its one connection to one query or transaction at a time, so two transactions never mix. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    this.#patient ??= {
      executeQuery: (query) => patiently(() => connection.executeQuery(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    }
    return this.#patient
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(begin))
  }
}

async function patiently<T>(run: () => Promise<T>): Promise<T> {
  const end = Date.now() + MAX_WAIT_MS
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    try {
      return await run()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (Date.now() > end) {
        throw new Problem('unavailable', 'The database is busy; try again later.', {
          headers: { 'retry-after': '1' },
          cause: error,
        })
      }
    }
    await sleep(wait)
  }
}
