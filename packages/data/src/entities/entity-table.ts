import type { Kysely } from 'kysely'
import type { TObject } from 'typebox'
import { sql } from '../kysely.ts'
import type { Migration } from '../migration.ts'
import type { Fields } from './fields.ts'
import { schemaFields } from './schema-fields.ts'

/**
 * The migration that makes the table of an entity, with a column for each member of the schema: `text` for strings, numbers and
 * booleans as such, JSON for the rest. A member that is required, and may not be null, is `not null`.
 *
 * @param schema - The members as they are now. Write later changes as migrations of their own, and leave this one as it is.
 */
export function createEntityTable(table: string, schema: TObject): Migration {
  const fields = Object.entries(schemaFields(schema))
  const required = new Set((schema as { required?: readonly string[] }).required)
  return {
    async up(db, types) {
      let builder = db.schema
        .createTable(table)
        .addColumn('id', types.id, (column) => column.primaryKey())
        .addColumn('version', types.id, (column) => column.notNull())
        .addColumn('created_at', types.time, (column) => column.notNull())
        .addColumn('updated_at', types.time, (column) => column.notNull())
      for (const [name, { column, kind, absent }] of fields) {
        const isNeeded = required.has(name) && absent === undefined
        builder = builder.addColumn(column, types[kind], (made) => (isNeeded ? made.notNull() : made))
      }
      await builder.execute()
    },
    async down(db) {
      await db.schema.dropTable(table).execute()
    },
  }
}

/** Fields that the table has no column for. */
export async function missingColumns(db: Kysely<unknown>, table: string, fields: Fields): Promise<string[]> {
  const missing: string[] = []
  for (const column of [
    'id',
    'version',
    'created_at',
    'updated_at',
    ...Object.values(fields).map((field) => field.column),
  ]) {
    const isThere = await sql`select ${sql.ref(column)} from ${sql.table(table)} limit 0`.execute(db).then(
      () => true,
      () => false,
    )
    if (!isThere) missing.push(column)
  }
  return missing
}
