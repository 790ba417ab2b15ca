import { type Migrations, sql } from '@chapkit/data'

/** Name of the stream of these migrations. */
export const KEY_STREAM = 'keys'

/** Tables of the keys. A key that was revoked stays, for the list. */
export const keyMigrations: Migrations = {
  '001_create_keys': {
    async up(db, types) {
      await db.schema
        .createTable('keys')
        .addColumn('id', types.id, (column) => column.primaryKey())
        .addColumn('version', types.id, (column) => column.notNull())
        .addColumn('created_at', types.time, (column) => column.notNull())
        .addColumn('updated_at', types.time, (column) => column.notNull())
        .addColumn('digest', types.id, (column) => column.notNull().unique())
        .addColumn('prefix', types.text, (column) => column.notNull())
        .addColumn('name', types.text)
        .addColumn('scopes', types.json)
        .addColumn('expires_at', types.time)
        .addColumn('not_before', types.time)
        .addColumn('rate_limit', types.text)
        .addColumn('allow_from', types.json)
        .addColumn('revoked_at', types.time)
        .addColumn('last_used_at', types.time)
        .execute()
      // One row, which grows with each change, and which whoever changes keys locks first.
      await db.schema
        .createTable('key_revision')
        .addColumn('revision', types.integer, (column) => column.notNull())
        .execute()
      await sql`insert into key_revision (revision) values (0)`.execute(db)
    },
    async down(db) {
      await db.schema.dropTable('key_revision').execute()
      await db.schema.dropTable('keys').execute()
    },
  },
}
