import type { Kysely, RawBuilder } from 'kysely'
import type { Database } from '../database.ts'
import { sql } from '../kysely.ts'
import { exclusively } from '../migration-table.ts'
import { isUniqueViolation } from '../sql-errors.ts'

/** Most characters that PostgreSQL keeps of a name. */
export const MAX_NAME_LENGTH = 63

/** Name of the index that keeps a column unique: stores know it by this. */
export function uniqueIndexName(table: string, column: string): string {
  return `${table}_unique_${column}`
}

/**
 * Keeps the values of a text column unique, however long they are. Several replicas may call it at once.
 *
 * @returns false when two rows have the same value already; nothing is changed then.
 */
export async function createUniqueIndex(database: Database, table: string, column: string): Promise<boolean> {
  const { dialect } = database
  const name = uniqueIndexName(table, column)
  // First without a lock: nobody who writes has to wait for a replica that starts.
  if (await hasIndex(database.kysely, dialect, name)) return true
  try {
    await exclusively(database, async (db) => {
      if (await hasIndex(db, dialect, name)) return
      await sql`create unique index ${sql.ref(name)} on ${sql.table(table)} (${indexed(dialect, column)})`.execute(
        db,
      )
    })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Takes such an index away, if it is there. */
export async function dropUniqueIndex(database: Database, table: string, column: string): Promise<void> {
  const name = uniqueIndexName(table, column)
  if (!(await hasIndex(database.kysely, database.dialect, name))) return
  await exclusively(database, (db) => sql`drop index if exists ${sql.ref(name)}`.execute(db))
}

async function hasIndex(db: Kysely<unknown>, dialect: Database['dialect'], name: string): Promise<boolean> {
  const query =
    dialect === 'postgres'
      ? sql`select 1 from pg_class where oid = to_regclass(quote_ident(${name}))`
      : sql`select 1 from sqlite_master where type = 'index' and name = ${name}`
  const { rows } = await query.execute(db)
  return rows.length > 0
}

/** The condition that finds a row by such an index. */
export function equalsIndexed(
  dialect: Database['dialect'],
  column: string,
  value: string,
): RawBuilder<boolean> {
  const plain = sql<boolean>`${sql.ref(column)} = ${value}`
  if (dialect === 'sqlite') return plain
  return sql<boolean>`${hash(sql.ref(column))} = ${hash(sql`${value}::text`)} and ${plain}`
}

function indexed(dialect: Database['dialect'], column: string): RawBuilder<unknown> {
  return dialect === 'sqlite' ? sql.ref(column) : hash(sql.ref(column))
}

// An entry of a PostgreSQL index holds about 2,700 bytes; the hash of a text of any length fits. This is the one way from
// text to its bytes that PostgreSQL knows to be immutable, and so takes for an index.
function hash(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`sha256(replace(${text}, ${sql.lit('\\')}, ${sql.lit('\\\\')})::bytea)`
}
