import { createEntityTable, defineEntity, type Migrations, Type } from 'chapkit'

// region changed
/** As the table was first made. It stays as it is. */
const FirstNote = Type.Object({ text: Type.String(), author: Type.String() })

const migrations: Migrations = {
  '001_create_notes': createEntityTable('notes', FirstNote),
  '002_add_stars': {
    async up(db, types) {
      await db.schema
        .alterTable('notes')
        .addColumn('stars', types.number, (column) => column.notNull().defaultTo(0))
        .execute()
    },
    async down(db) {
      await db.schema.alterTable('notes').dropColumn('stars').execute()
    },
  },
  '003_drop_author': {
    async up(db) {
      await db.schema.alterTable('notes').dropColumn('author').execute()
    },
  },
}

export const notes = defineEntity({
  name: 'note',
  table: 'notes',
  schema: Type.Object({ text: Type.String(), stars: Type.Integer({ default: 0 }) }),
  migrations,
})
// endregion changed

/** What was there before. */
export const oldNotes = defineEntity({ name: 'note', table: 'notes', schema: FirstNote })
