import { type Migration, type Migrations, sql } from '@chapkit/data'

/** Table of {@link SqlConfigStore}. */
export const configMigrations: Migrations = {
  '001_create_configs': {
    async up(db, types) {
      await createFirstTable(db, types, 'configs')
    },
    async down(db) {
      await db.schema.dropTable('configs').execute()
    },
  },
  // Ordered by id, and with a version; SQLite can do neither to a table that is there.
  '002_version_configs': {
    async up(db, types) {
      await db.schema
        .createTable('configs_new')
        .addColumn('id', types.id, (column) => column.notNull())
        .addColumn('version', types.id, (column) => column.notNull())
        .addColumn('created_at', types.time, (column) => column.notNull())
        .addColumn('updated_at', types.time, (column) => column.notNull())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('data', types.json, (column) => column.notNull())
        // The table is renamed, and its constraint is not: stores look for this name.
        .addPrimaryKeyConstraint('configs_unique_id', ['id'])
        .execute()
      // Any version will do that is not another's: the id is one.
      await sql`
        insert into configs_new (id, version, created_at, updated_at, name, data)
        select id, id, created_at, updated_at, name, data from configs
      `.execute(db)
      await db.schema.dropTable('configs').execute()
      await db.schema.alterTable('configs_new').renameTo('configs').execute()
    },
    async down(db, types) {
      await createFirstTable(db, types, 'configs_old')
      await sql`
        insert into configs_old (seq, id, name, data, created_at, updated_at)
        select row_number() over (order by id), id, name, data, created_at, updated_at from configs
      `.execute(db)
      await db.schema.dropTable('configs').execute()
      await db.schema.alterTable('configs_old').renameTo('configs').execute()
    },
  },
}

/** The table as it was before it had versions. */
async function createFirstTable(
  db: Parameters<Migration['up']>[0],
  types: Parameters<Migration['up']>[1],
  name: string,
): Promise<void> {
  await db.schema
    .createTable(name)
    .addColumn('seq', 'integer', (column) => column.primaryKey())
    .addColumn('id', types.id, (column) => column.notNull().unique())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('data', types.json, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .execute()
}
