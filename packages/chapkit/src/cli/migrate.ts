import { existsSync } from 'node:fs'
import {
  type Database,
  listStreams,
  migrateDown,
  migrateUp,
  migrationStatus,
  type MigrationStreams,
  openDatabase,
  parseDatabaseUrl,
} from '@chapkit/data'
import { failureText, CommandFailure, withoutPassword } from './failure.ts'
import { bundledStreams, streamsOfApp } from './streams.ts'
import { statusText } from './status-text.ts'

/** What the command line says. */
export interface MigrateOptions {
  readonly database?: string | undefined
  readonly app?: string
  readonly stream?: string
  readonly yes?: boolean
}

/** Lists the migrations; 1 when the database does not have exactly those of the code. */
export async function status(options: MigrateOptions): Promise<number> {
  return withDatabase(options, 'must exist', async (database, streams) => {
    const states = await migrationStatus(database, streams)
    const others = options.stream === undefined ? await listStreams(database) : []
    const foreign = others.filter((stream) => !Object.hasOwn(streams, stream))
    say(statusText(states, foreign))
    return foreign.length === 0 && states.every(({ state }) => state === 'applied') ? 0 : 1
  })
}

/** Runs what is pending. */
export async function up(options: MigrateOptions): Promise<number> {
  return withDatabase(options, 'may be new', async (database, streams) => {
    const steps = await migrateUp(database, streams)
    for (const { stream, name } of steps) say(`Ran '${name}' of '${stream}'.`)
    if (steps.length === 0) say('Nothing to do: the database has all migrations.')
    return 0
  })
}

/** Takes one migration back. */
export async function down(options: MigrateOptions): Promise<number> {
  const { stream, yes } = options
  if (stream === undefined) throw new CommandFailure('migrate down: say whose migration, with --stream NAME.')
  if (!yes) {
    throw new CommandFailure(
      `migrate down: this takes the last migration of '${stream}' back, and the data in what it made is lost. ` +
        'Stop the service, make a backup, and say --yes.',
    )
  }
  return withDatabase(options, 'must exist', async (database, streams) => {
    const step = await migrateDown(database, stream, streams[stream] ?? {})
    say(
      step
        ? `Took '${step.name}' of '${stream}' back.`
        : `Nothing to do: the database has no migration of '${stream}'.`,
    )
    return 0
  })
}

async function withDatabase(
  options: MigrateOptions,
  file: 'must exist' | 'may be new',
  work: (database: Database, streams: MigrationStreams) => Promise<number>,
): Promise<number> {
  const url = options.database
  if (!url) throw new CommandFailure('migrate: say which database, with --database URL or DATABASE_URL.')
  const target = parseDatabaseUrl(url, 'migrate')
  if (target.dialect === 'sqlite' && target.file === ':memory:') {
    throw new CommandFailure(
      'migrate: a database in memory is gone when the command ends; name a file or a server.',
    )
  }
  const streams = await chosenStreams(options)
  if (file === 'must exist' && target.dialect === 'sqlite' && !existsSync(target.file)) {
    throw new CommandFailure(
      `migrate: there is no database '${target.file}'; \`chapkit migrate up\` makes it.`,
    )
  }
  const database = await openDatabase(url)
  try {
    return await work(database, streams)
  } catch (error) {
    throw new CommandFailure(withoutPassword(failureText(error), url), { cause: error })
  } finally {
    await database.close()
  }
}

async function chosenStreams({ app, stream }: MigrateOptions): Promise<MigrationStreams> {
  const all = app === undefined ? bundledStreams() : await streamsOfApp(app)
  if (stream === undefined) return all
  const chosen = all[stream]
  if (chosen) return { [stream]: chosen }
  const hint = app === undefined ? ' Those of a service of your own need --app FILE.' : ''
  throw new CommandFailure(
    `--stream: there is no '${stream}'; there are ${Object.keys(all).join(', ')}.${hint}`,
  )
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
