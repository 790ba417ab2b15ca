import { type Kysely, Migrator } from 'kysely'
import { MigrationError } from './errors.ts'

/** One step of a schema. It runs in a transaction, so it is there whole or not at all. */
export interface Migration {
  up(db: Kysely<unknown>): Promise<void>
}

/** Migrations by name. They run in the order of their names (`001_create_configs`), each once in a database. */
export type Migrations = Readonly<Record<string, Migration>>

/** Runs the migrations of one stream that the database does not have yet. */
export async function migrate(db: Kysely<unknown>, stream: string, migrations: Migrations): Promise<void> {
  const table = `chapkit_migrations_${stream}`
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableName: table,
    migrationLockTableName: `${table}_lock`,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return

  const newer = await findUnknown(db, table, migrations)
  if (newer !== undefined) {
    throw new MigrationError(
      `The database was written by a newer version of this service: it has migration '${newer}' of '${stream}', ` +
        'which this version does not know. Start the newer version, or restore a backup from before it.',
    )
  }
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName
  const reason = error instanceof Error ? error.message : JSON.stringify(error)
  const what = failed === undefined ? `The migrations of '${stream}'` : `Migration '${failed}' of '${stream}'`
  throw new MigrationError(`${what} failed, and nothing was changed: ${reason}`, { cause: error })
}

/** The first migration that the database has and the code does not; undefined when there is none, or nobody can tell. */
async function findUnknown(
  db: Kysely<unknown>,
  table: string,
  migrations: Migrations,
): Promise<string | undefined> {
  try {
    const rows = await db
      .withTables<Record<string, { name: string }>>()
      .selectFrom(table)
      .select('name')
      .orderBy('name')
      .execute()
    return rows.find(({ name }) => !Object.hasOwn(migrations, name))?.name
  } catch {
    return undefined
  }
}
