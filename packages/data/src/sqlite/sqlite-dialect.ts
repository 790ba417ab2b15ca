import { type Driver, SqliteAdapter, SqliteDialect, type SqliteDialectConfig } from 'kysely'

/** Kysely's SQLite with a driver of ours. */
export class ServerSqliteDialect extends SqliteDialect {
  readonly #driver: () => Driver

  constructor(driver: () => Driver) {
    super({} as SqliteDialectConfig)
    this.#driver = driver
  }

  override createDriver(): Driver {
    return this.#driver()
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
