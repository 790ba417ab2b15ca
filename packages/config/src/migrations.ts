import type { Migrations } from '@chapkit/data'

/** Table of {@link SqlConfigStore}. `seq` is the order of insertion, which ids given by clients do not have. */
export const configMigrations: Migrations = {
  '001_create_configs': {
    async up(db) {
      await db.schema
        .createTable('configs')
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'text', (column) => column.notNull())
        .execute()
    },
  },
}
