import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type * as Sqlite from '@photostructure/sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { OpenDatabaseError } from '../errors.ts'
import { loadSqlite } from './load-sqlite.ts'

type DatabaseSync = InstanceType<typeof Sqlite.DatabaseSync>
type StatementSync = InstanceType<typeof Sqlite.StatementSync>

/** Statements that stay prepared; a service has some dozens. */
const MAX_STATEMENTS = 500

/** Set while the file is opened only: afterwards a busy database is waited for without blocking the process. */
const OPEN_TIMEOUT_MS = 5000

/*
 * WAL lets other processes read during a write. With it, NORMAL loses nothing when the process is killed; when the
 * machine loses power the last writes may go, but the file stays whole.
 */
const FILE_PRAGMAS = `
  pragma busy_timeout = ${OPEN_TIMEOUT_MS};
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma busy_timeout = 0;
`

/**
 * Opens an SQLite database for Kysely.
 *
 * @param file - Path of the file, which is made when it is missing, or `:memory:`.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the folder is missing or the file cannot be opened.
 */
export function openSqlite(file: string): SqliteDatabase {
  const { DatabaseSync } = loadSqlite()
  if (file === ':memory:') return forKysely(new DatabaseSync(file))
  const path = resolve(file)
  if (!existsSync(dirname(path))) {
    throw new OpenDatabaseError(`The folder of the database file '${path}' does not exist; create it first.`)
  }
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path)
    connection.exec(FILE_PRAGMAS)
    return forKysely(connection)
  } catch (error) {
    connection?.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new OpenDatabaseError(`The database file '${path}' cannot be opened: ${reason}.`, { cause: error })
  }
}

/** What Kysely wants of a driver. It prepares every query anew, so statements are kept here. */
function forKysely(connection: DatabaseSync): SqliteDatabase {
  connection.exec('pragma foreign_keys = on')
  const statements = new Map<string, SqliteStatement>()
  return {
    prepare(sql) {
      const known = statements.get(sql)
      if (known) return known
      if (statements.size === MAX_STATEMENTS) statements.clear()
      const statement = asKyselyStatement(connection.prepare(sql))
      statements.set(sql, statement)
      return statement
    },
    close() {
      statements.clear()
      if (connection.isOpen) connection.close()
    },
  }
}

function asKyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters),
    run: (parameters) => statement.run(...parameters),
    iterate: (parameters) => statement.iterate(...parameters),
  }
}
