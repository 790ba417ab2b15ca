import { InvalidOptionError } from '@chapkit/core'
import { Kysely, type Transaction } from 'kysely'
import { type Codec, sqliteCodec } from './codec.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { migrate, type Migrations } from './migrate.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { ServerSqliteDialect } from './sqlite/sqlite-dialect.ts'

/** An open database: what modules store their data in. It is `app.database`. */
export interface Database {
  /** Which SQL it speaks. */
  readonly dialect: 'sqlite'
  /** How it keeps JSON and times. */
  readonly codec: Codec
  /** Builds and runs queries; `withTables<…>()` of it types them. */
  readonly kysely: Kysely<unknown>
  /**
   * Runs `work` in a transaction: all of it is stored, or nothing when it throws. It waits until no other transaction of
   * this database runs. Inside, use only the transaction that `work` is given: a query of `kysely` would wait for its end.
   */
  transaction<T>(work: (transaction: Transaction<unknown>) => Promise<T>): Promise<T>
  /**
   * Brings the tables of one module up to date.
   *
   * @param stream - Name of the module, in snake_case: its migrations are counted by themselves.
   * @throws CHAPKIT_ERR_MIGRATION when one fails, or when the database is newer than the code.
   */
  migrate(stream: string, migrations: Migrations): Promise<void>
  /** Closes it. Whoever opened it does so, once nothing uses it any more. */
  close(): Promise<void>
}

/**
 * Opens a database that you close yourself, for `withDatabase(database)`.
 *
 * @param url - `sqlite::memory:` (default; gone when it is closed), `sqlite:data.db` (relative to the working directory) or
 * `sqlite:///srv/data.db`. A file that is missing is made; its folder is not.
 * @throws CHAPKIT_ERR_INVALID_OPTION for another URL.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the file cannot be opened.
 */
export function openDatabase(url = 'sqlite::memory:'): Database {
  const { dialect, file } = parseDatabaseUrl(url, 'openDatabase()')
  const sqlite = openSqlite(file)
  const kysely = new Kysely<unknown>({ dialect: new ServerSqliteDialect({ database: sqlite }) })
  return {
    dialect,
    codec: sqliteCodec,
    kysely,
    transaction: (work) => kysely.transaction().execute(work),
    migrate(stream, migrations) {
      if (!/^[a-z][a-z0-9_]*$/.test(stream)) {
        throw new InvalidOptionError(`migrate(): '${stream}' is no name of a stream; use snake_case.`)
      }
      return migrate(kysely, stream, migrations)
    },
    async close() {
      await kysely.destroy()
      // Kysely closes only what a query has used.
      sqlite.close()
    },
  }
}
