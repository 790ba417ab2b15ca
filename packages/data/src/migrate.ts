import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { MigrationError } from './errors.ts'
import type { MigrationStreams } from './migration-streams.ts'
import type { Migrations } from './migration.ts'
import { exclusively, MigrationTable } from './migration-table.ts'

/** One migration, and whether a database has it. */
export interface MigrationState {
  readonly stream: string
  readonly name: string
  /** `unknown`: the database has it, the code does not. */
  readonly state: 'applied' | 'pending' | 'unknown'
  readonly executedAt?: Date
}

/** What was done. */
export type MigrationStep = Pick<MigrationState, 'stream' | 'name'>

/** Lists the migrations that the code or the database has, by stream and in their order. It changes nothing. */
export async function migrationStatus(
  database: Database,
  streams: MigrationStreams,
): Promise<MigrationState[]> {
  const states: MigrationState[] = []
  for (const [stream, migrations] of Object.entries(streams)) {
    const applied = await new MigrationTable(database, stream).list(database.kysely)
    const names = new Set([...applied.keys(), ...Object.keys(migrations)])
    for (const name of [...names].toSorted()) {
      const executedAt = applied.get(name)
      if (executedAt === undefined) states.push({ stream, name, state: 'pending' })
      else {
        states.push({
          stream,
          name,
          state: Object.hasOwn(migrations, name) ? 'applied' : 'unknown',
          executedAt,
        })
      }
    }
  }
  return states
}

/**
 * Runs all migrations that the database does not have yet, one transaction a stream. Several processes may call it at once:
 * each migration runs once.
 *
 * @returns Those that were run.
 * @throws CHAPKIT_ERR_MIGRATION when one fails, or when the database is newer than the code.
 */
export async function migrateUp(database: Database, streams: MigrationStreams): Promise<MigrationStep[]> {
  const steps: MigrationStep[] = []
  for (const [stream, migrations] of Object.entries(streams)) {
    const table = new MigrationTable(database, stream)
    const names = await inOneTransaction(database, stream, async (db, step) => {
      await table.create(db)
      const applied = await table.list(db)
      assertKnown(stream, migrations, [...applied.keys()])
      const pending = Object.keys(migrations)
        .toSorted()
        .filter((name) => !applied.has(name))
      assertOrder(stream, [...applied.keys()], pending)
      for (const name of pending) {
        step(name)
        await migrations[name]?.up(db, database.codec.types)
        await table.add(db, name)
      }
      return pending
    })
    steps.push(...names.map((name) => ({ stream, name })))
  }
  return steps
}

/**
 * Takes the last migration of a stream back.
 *
 * @returns What was taken back; undefined when the database has none of the stream.
 * @throws CHAPKIT_ERR_MIGRATION when it has no `down` or fails, or when the database is newer than the code.
 */
export async function migrateDown(
  database: Database,
  stream: string,
  migrations: Migrations,
): Promise<MigrationStep | undefined> {
  const table = new MigrationTable(database, stream)
  return inOneTransaction(database, stream, async (db, step) => {
    const applied = await table.list(db)
    const name = [...applied.keys()].at(-1)
    if (name === undefined) return undefined
    assertKnown(stream, migrations, [...applied.keys()])
    const migration = migrations[name]
    if (!migration?.down) {
      throw new MigrationError(
        `Migration '${name}' of '${stream}' has no way back (no \`down\`); restore a backup from before it.`,
      )
    }
    step(name)
    await migration.down(db, database.codec.types)
    await table.remove(db, name)
    return { stream, name }
  })
}

/** @param work - Calls `step` with the name of the migration that comes next, for the error text. */
async function inOneTransaction<T>(
  database: Database,
  stream: string,
  work: (db: Kysely<unknown>, step: (name: string) => void) => Promise<T>,
): Promise<T> {
  let current: string | undefined
  try {
    return await exclusively(database, (db) => work(db, (name) => (current = name)))
  } catch (error) {
    if (error instanceof MigrationError) throw error
    const reason = error instanceof Error ? error.message : JSON.stringify(error)
    const what =
      current === undefined ? `The migrations of '${stream}'` : `Migration '${current}' of '${stream}'`
    throw new MigrationError(`${what} failed, and nothing was changed: ${reason}`, { cause: error })
  }
}

function assertKnown(stream: string, migrations: Migrations, applied: readonly string[]): void {
  const newer = applied.find((name) => !Object.hasOwn(migrations, name))
  if (newer === undefined) return
  throw new MigrationError(
    `The database was written by a newer version of this service: it has migration '${newer}' of '${stream}', ` +
      'which this version does not know. Start the newer version, or restore a backup from before it.',
  )
}

/** A migration that comes before one that has run already was written for another schema. */
function assertOrder(stream: string, applied: readonly string[], pending: readonly string[]): void {
  const [last, next] = [applied.at(-1), pending[0]]
  if (last === undefined || next === undefined || next > last) return
  throw new MigrationError(
    `Migration '${next}' of '${stream}' comes before '${last}', which the database has already. ` +
      'Give it a name that comes after all others.',
  )
}
