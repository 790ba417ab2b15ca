import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type * as Sqlite from '@photostructure/sqlite'
import { CompiledQuery, Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { OpenDatabaseError } from '../errors.ts'
import { DirectQueries } from './direct-queries.ts'
import { loadSqlite } from './load-sqlite.ts'
import { ServerSqliteDialect } from './sqlite-dialect.ts'
import { SqliteDriver } from './sqlite-driver.ts'
import type { PreparedStatement, SqliteHandle } from './sqlite-handle.ts'

type DatabaseSync = InstanceType<typeof Sqlite.DatabaseSync>
type StatementSync = InstanceType<typeof Sqlite.StatementSync>
type Parameter = Parameters<StatementSync['all']>[0]

/** For all databases; a sort that does not fit is kept in memory, since a container may have no folder for it. */
const PRAGMAS = `
  pragma foreign_keys = on;
  pragma temp_store = memory;
`

/** Statements that stay prepared; a service has some dozens. */
const MAX_STATEMENTS = 500

/** Set while the file is opened only: afterwards a busy database is waited for without blocking the process. */
const OPEN_TIMEOUT_MS = 5000

/*
 * WAL lets other processes read during a write. With it, synchronous = NORMAL: a commit is in the operating system's hands
 * when it is acknowledged, so no kill of the process loses it; a power cut may lose the last ones, and leaves the file
 * whole. FULL would survive that, too, for one fsync a commit, some hundred times the price of the write itself.
 *
 * 16 MiB of pages are kept in memory; they are not mapped (mmap_size), since an error of the disk would end the process
 * then. A log that has grown under load is cut back to 64 MiB. Checkpoints stay at SQLite's 1,000 pages.
 */
const FILE_PRAGMAS = `
  pragma busy_timeout = ${OPEN_TIMEOUT_MS};
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma cache_size = -16384;
  pragma journal_size_limit = 67108864;
  pragma busy_timeout = 0;
`

/** An open SQLite database. Its `query` runs outside of any transaction. */
export interface OpenedSqlite extends Required<Pick<Database, 'kysely' | 'query' | 'stats' | 'close'>> {}

/**
 * Opens an SQLite database.
 *
 * @param file - Path of the file, which is made when it is missing, or `:memory:`.
 * @param isInTransaction - Whether the calling code runs in a transaction.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the folder is missing or the file cannot be opened.
 */
export function openSqlite(file: string, isInTransaction: () => boolean): OpenedSqlite {
  const handle = openHandle(file)
  const driver = new SqliteDriver(handle, isInTransaction)
  const kysely = new Kysely<unknown>({ dialect: new ServerSqliteDialect(() => driver) })
  const direct = new DirectQueries(driver)
  let isClosed = false
  return {
    kysely,
    query: (sql, parameters) =>
      isClosed
        ? kysely.executeQuery(CompiledQuery.raw(sql, [...parameters]))
        : direct.run({ sql, parameters }),
    stats: () => driver.stats,
    async close() {
      isClosed = true
      await kysely.destroy()
      // Kysely closes only what a query has used.
      handle.close()
    },
  }
}

function openHandle(file: string): SqliteHandle {
  const { DatabaseSync } = loadSqlite()
  if (file === ':memory:') return asHandle(new DatabaseSync(file))
  const path = resolve(file)
  if (!existsSync(dirname(path))) {
    throw new OpenDatabaseError(`The folder of the database file '${path}' does not exist; create it first.`)
  }
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path)
    connection.exec(FILE_PRAGMAS)
    return asHandle(connection)
  } catch (error) {
    connection?.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new OpenDatabaseError(`The database file '${path}' cannot be opened: ${reason}.`, { cause: error })
  }
}

function asHandle(connection: DatabaseSync): SqliteHandle {
  connection.exec(PRAGMAS)
  const statements = new Map<string, PreparedStatement>()
  const prepare = (sql: string): PreparedStatement => {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size === MAX_STATEMENTS) statements.clear()
    const statement = asPrepared(connection.prepare(sql))
    statements.set(sql, statement)
    return statement
  }
  return {
    prepare,
    exec: (command) => void prepare(command).run([]),
    get isTransaction() {
      return connection.isTransaction
    },
    iterate: (sql, parameters) => connection.prepare(sql).iterate(...(parameters as Parameter[])),
    close() {
      statements.clear()
      if (connection.isOpen) connection.close()
    },
  }
}

function asPrepared(statement: StatementSync): PreparedStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as Parameter[])),
    run: (parameters) => statement.run(...(parameters as Parameter[])),
  }
}
