import { CompiledQuery } from 'kysely'
import type { Channels } from './channels.ts'
import { postgresCodec, sqliteCodec } from './codec.ts'
import type { Database } from './database.ts'
import type { ParsedDatabaseOptions } from './database-options.ts'
import type { DatabaseTarget } from './database-url.ts'
import { migrateUp } from './migrate.ts'
import { NOTIFY, openPostgres } from './postgres/open-postgres.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { Transactions } from './transactions.ts'

/**
 * Opens the database that a URL names.
 *
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the file cannot be opened.
 */
export function connectedDatabase(target: DatabaseTarget, options: ParsedDatabaseOptions): Database {
  const opened: Required<Pick<Database, 'kysely' | 'stats' | 'close'>> &
    Partial<Pick<Database, 'query'>> & {
      readonly listen?: Channels['listen']
    } =
    target.dialect === 'sqlite'
      ? openSqlite(target.file, () => transactions.isOpen)
      : openPostgres(target.url, options)
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
