import { type Driver, SqliteAdapter, SqliteDialect, type SqliteDialectConfig } from 'kysely'
import type { SqliteHandle } from './sqlite-handle.ts'
import { SqliteDriver } from './sqlite-driver.ts'

/** Kysely's SQLite with a driver of ours. */
export class ServerSqliteDialect extends SqliteDialect {
  readonly #handle: SqliteHandle

  constructor(handle: SqliteHandle) {
    super({} as SqliteDialectConfig)
    this.#handle = handle
  }

  override createDriver(): Driver {
    return new SqliteDriver(this.#handle)
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
