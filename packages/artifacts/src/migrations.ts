import { createUlid, type Migrations } from '@chapkit/data'
import type { Kysely } from 'kysely'
import type { ArtifactTables } from './tables.ts'

/** Tables of artifacts, their contents and their links. */
export const artifactMigrations: Migrations = {
  '001_create_artifacts': {
    async up(db, types) {
      await db.schema
        .createTable('artifacts')
        .addColumn('id', types.id, (column) => column.primaryKey())
        .addColumn('version', types.id, (column) => column.notNull())
        .addColumn('created_at', types.time, (column) => column.notNull())
        .addColumn('updated_at', types.time, (column) => column.notNull())
        .addColumn('data', types.json, (column) => column.notNull())
        .addColumn('parent_id', types.id, (column) => column.references('artifacts.id').onDelete('set null'))
        .addColumn('level', 'integer', (column) => column.notNull())
        .addColumn('content', types.json)
        .execute()
      await db.schema.createIndex('artifacts_parent_id').on('artifacts').column('parent_id').execute()

      // Beside the artifacts, so that no list and no tree reads the bytes.
      await db.schema
        .createTable('artifact_contents')
        .addColumn('artifact_id', types.id, (column) =>
          column.primaryKey().references('artifacts.id').onDelete('cascade'),
        )
        .addColumn('bytes', types.bytes)
        .addColumn('file', types.text)
        .execute()
      await db.schema.createIndex('artifact_contents_file').on('artifact_contents').column('file').execute()
      await createFolderOwner(db, types.id)

      await db.schema
        .createTable('artifact_links')
        .addColumn('artifact_id', types.id, (column) =>
          column.primaryKey().references('artifacts.id').onDelete('cascade'),
        )
        // No reference: configs may be in a store of the user's own.
        .addColumn('config_id', types.id, (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('artifact_links_config_id')
        .on('artifact_links')
        .column('config_id')
        .execute()
    },
    async down(db) {
      for (const table of ['artifact_links', 'artifact_folder_owner', 'artifact_contents', 'artifacts']) {
        await db.schema.dropTable(table).execute()
      }
    },
  },
}

/** The id under which this database has files in a content folder, which others may use as well. */
async function createFolderOwner(
  db: Kysely<ArtifactTables>,
  type: Parameters<ReturnType<Kysely<unknown>['schema']['createTable']>['addColumn']>[1],
): Promise<void> {
  await db.schema
    .createTable('artifact_folder_owner')
    .addColumn('id', type, (column) => column.primaryKey())
    .execute()
  await db.insertInto('artifact_folder_owner').values({ id: createUlid() }).execute()
}
