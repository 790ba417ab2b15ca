import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database.ts'
import { isUniqueViolation } from '../sql-errors.ts'

/**
 * Keeps the values of a text column unique, however long they are. Stores know the index by its name,
 * `<table>_unique_<column>`.
 *
 * @returns false when two rows have the same value already; nothing is changed then.
 */
export async function createUniqueIndex(
  { dialect, executor }: Pick<Database, 'dialect' | 'executor'>,
  table: string,
  column: string,
): Promise<boolean> {
  try {
    await sql`create unique index if not exists ${indexName(table, column)} on ${sql.table(table)} (${indexed(dialect, column)})`.execute(
      executor,
    )
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Takes such an index away, if it is there. */
export async function dropUniqueIndex(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  await sql`drop index if exists ${indexName(table, column)}`.execute(db)
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

function indexName(table: string, column: string): RawBuilder<unknown> {
  return sql.ref(`${table}_unique_${column}`)
}
