import { CompiledQuery } from 'kysely'
import type { Channels } from './channels.ts'
import { postgresCodec, sqliteCodec } from './codec.ts'
import type { Database } from './database.ts'
import { type DatabaseOptions, parseDatabaseOptions } from './database-options.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { migrateUp } from './migrate.ts'
import { NOTIFY, openPostgres } from './postgres/open-postgres.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { Transactions } from './transactions.ts'

/**
 * Opens a database that you close yourself, for `withDatabase(database)`. PostgreSQL is connected to with the first query.
 *
 * @param url - `sqlite::memory:` (default; gone when it is closed), `sqlite:data.db` (relative to the working directory),
 * `sqlite:///srv/data.db` or `postgres://user:password@host/database`. An SQLite file that is missing is made; its folder
 * is not.
 * @throws CHAPKIT_ERR_INVALID_OPTION for another URL, or an option that is unknown or not valid.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the file cannot be opened.
 */
export function openDatabase(url = 'sqlite::memory:', options: DatabaseOptions = {}): Database {
  const parsed = parseDatabaseOptions(options, 'openDatabase()')
  const target = parseDatabaseUrl(url, 'openDatabase()')
  const opened: Required<Pick<Database, 'kysely' | 'stats' | 'close'>> &
    Partial<Pick<Database, 'query'>> & {
      readonly listen?: Channels['listen']
    } =
    target.dialect === 'sqlite'
      ? openSqlite(target.file, () => transactions.isOpen)
      : openPostgres(target.url, parsed)
  const transactions: Transactions = new Transactions(opened.kysely)
  const database: Database = {
    dialect: target.dialect,
    codec: target.dialect === 'sqlite' ? sqliteCodec : postgresCodec,
    kysely: opened.kysely,
    get executor() {
      return transactions.executor
    },
    query: (statement, parameters) =>
      opened.query && !transactions.isOpen
        ? opened.query(statement, parameters)
        : transactions.executor.executeQuery(CompiledQuery.raw(statement, [...parameters])),
    transaction: (work, how) => transactions.run(work, how),
    async migrate(stream, migrations) {
      await migrateUp(database, { [stream]: migrations })
    },
    channels: opened.listen && {
      listen: opened.listen,
      async notify(channel) {
        await database.query(NOTIFY, [channel])
      },
    },
    stats: opened.stats,
    close: opened.close,
  }
  return database
}
