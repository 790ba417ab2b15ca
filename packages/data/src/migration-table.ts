import { InvalidOptionError } from '@chapkit/core'
import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { sql } from './kysely.ts'
import { NO_TIME_LIMIT } from './postgres/no-time-limit.ts'

/** Chosen once; whoever migrates a database of chapkit holds it. */
const ADVISORY_LOCK = 7_236_801_534

const PREFIX = 'chapkit_migrations_'

type Tables = Record<string, { name: string; timestamp: string }>

/** Where a database keeps which migrations of one stream it has. */
export class MigrationTable {
  readonly #dialect: Database['dialect']
  readonly #name: string

  /** @throws CHAPKIT_ERR_INVALID_OPTION for a name of a stream that is not snake_case. */
  constructor({ dialect }: Database, stream: string) {
    if (!/^[a-z][a-z0-9_]*$/.test(stream)) {
      throw new InvalidOptionError(`migrate(): '${stream}' is no name of a stream; use snake_case.`)
    }
    this.#dialect = dialect
    this.#name = `${PREFIX}${stream}`
  }

  async create(db: Kysely<unknown>): Promise<void> {
    // Not `if not exists`: PostgreSQL would ask for the right to create tables even where there is nothing to create.
    if (await this.#exists(db)) return
    await db.schema
      .createTable(this.#name)
      .addColumn('name', 'varchar(255)', (column) => column.primaryKey())
      .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
      .execute()
  }

  /** What it has, in the order of names, and since when. */
  async list(db: Kysely<unknown>): Promise<Map<string, Date>> {
    if (!(await this.#exists(db))) return new Map()
    const rows = await db.withTables<Tables>().selectFrom(this.#name).selectAll().execute()
    const byName = rows.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    return new Map(byName.map(({ name, timestamp }) => [name, new Date(timestamp)]))
  }

  async add(db: Kysely<unknown>, name: string): Promise<void> {
    const timestamp = new Date().toISOString()
    await db.withTables<Tables>().insertInto(this.#name).values({ name, timestamp }).execute()
  }

  async remove(db: Kysely<unknown>, name: string): Promise<void> {
    await db.withTables<Tables>().deleteFrom(this.#name).where('name', '=', name).execute()
  }

  async #exists(db: Kysely<unknown>): Promise<boolean> {
    const query =
      this.#dialect === 'postgres'
        ? sql<{ found: unknown }>`select to_regclass(${this.#name}) as found`
        : sql<{
            found: unknown
          }>`select max(name) as found from sqlite_master where type = 'table' and name = ${this.#name}`
    const { rows } = await query.execute(db)
    return rows[0]?.found != null
  }
}

/** The streams of which a database has migrations, whoever wrote them. */
export async function listStreams({ kysely, dialect }: Database): Promise<string[]> {
  const query =
    dialect === 'postgres'
      ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
      : sql<{ name: string }>`select name from sqlite_master where type = 'table'`
  const { rows } = await query.execute(kysely)
  const tables = rows.map(({ name }) => name).filter((name) => name.startsWith(PREFIX))
  // The first version of chapkit had a table beside each, for its lock.
  const streams = tables.filter(
    (name) => !tables.includes(name.replace(/_lock$/, '')) || !name.endsWith('_lock'),
  )
  return streams.map((name) => name.slice(PREFIX.length)).toSorted()
}

/**
 * Runs `work` in a transaction beside which no other process migrates. SQLite's write lock sees to that by itself. For
 * PostgreSQL it is a lock that ends with the transaction, whatever becomes of the process, and that PgBouncer allows.
 */
export function exclusively<T>(
  { kysely, dialect }: Database,
  work: (db: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  return kysely.transaction().execute(async (db) => {
    if (dialect === 'postgres') {
      await sql.raw(NO_TIME_LIMIT).execute(db)
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(db)
    }
    return work(db)
  })
}
