import type { Migrations } from '../migration.ts'

/** Table of the answers that are given again. */
export const idempotencyMigrations: Migrations = {
  '001_create_idempotency_keys': {
    async up(db, types) {
      await db.schema
        .createTable('idempotency_keys')
        .addColumn('scope', types.text, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('fingerprint', types.text, (column) => column.notNull())
        .addColumn('answer', types.json)
        .addColumn('created_at', types.time, (column) => column.notNull())
        .addPrimaryKeyConstraint('idempotency_keys_pkey', ['scope', 'key'])
        .execute()
      await db.schema
        .createIndex('idempotency_keys_created_at')
        .on('idempotency_keys')
        .column('created_at')
        .execute()
    },
    async down(db) {
      await db.schema.dropTable('idempotency_keys').execute()
    },
  },
}
