import { type HealthCheck, InvalidOptionError, type ServiceModule } from '@chapkit/core'
import type { Database } from './database.ts'
import { type DatabaseOptions, parseDatabaseOptions } from './database-options.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { loadKysely } from './kysely.ts'
import { openDatabase } from './open-database.ts'
import { idempotencyMigrations } from './idempotency/migrations.ts'
import { ping } from './ping.ts'
import { poolMetrics } from './pool-stats.ts'
import { waitForDatabase } from './wait-for-database.ts'

/** Milliseconds that the database has to answer a health check. */
const HEALTH_LIMIT = 1_500

/**
 * A database for the modules that store something, as `app.database`, with the health check `database`.
 *
 * @param database - A URL: `sqlite::memory:` (gone when the service stops), `sqlite:data.db` (relative to the working
 * directory), `sqlite:///srv/data.db` or `postgres://user:password@host/database`; it is opened when the service starts, and
 * closed when it stops. Or a database of {@link openDatabase}, which you close yourself; of the options, only
 * `startTimeout` counts then. Default: DATABASE_URL, else SQLite in memory.
 * @throws CHAPKIT_ERR_INVALID_OPTION for another URL, or an option that is unknown or not valid.
 */
export function database(
  database?: string | Database,
  options: DatabaseOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ServiceModule<{ database: Database }> {
  const { startTimeout } = parseDatabaseOptions(options, 'withDatabase()')
  const given = database === undefined ? env['DATABASE_URL'] || 'sqlite::memory:' : database
  if (typeof given === 'string') {
    parseDatabaseUrl(given, database === undefined ? 'DATABASE_URL' : 'withDatabase()')
  } else if (!isDatabase(given)) {
    throw new InvalidOptionError(
      "withDatabase(): the database must be a URL such as 'sqlite:data.db', or what await openDatabase() gives.",
    )
  }
  return {
    name: 'database',
    migrations: { idempotency: idempotencyMigrations },
    async plugin(app) {
      const opened = typeof given === 'string' ? await openDatabase(given, options) : given
      if (opened !== given) app.addHook('onClose', () => opened.close())
      // One that somebody else made has not loaded it.
      await loadKysely()
      await waitForDatabase(app, opened, startTimeout)
      if (app.kernel.workers) await refuseMemory(opened)
      app.decorate('database', opened)
      await opened.migrate('idempotency', idempotencyMigrations)
      if (opened.stats) app.kernel.metrics.push(...poolMetrics(opened.dialect, opened.stats))
      app.kernel.healthChecks.set('database', answers(opened))
    },
  }
}

/** Under WORKERS, a database in memory would be another one in each process. */
async function refuseMemory(database: Database): Promise<void> {
  if (database.dialect !== 'sqlite') return
  const { rows } = await database.query<{ file: string | null }>('PRAGMA database_list', [])
  if (rows.some(({ file }) => file)) return
  throw new InvalidOptionError(
    'withDatabase(): sqlite::memory: is a database of one process, and each of the workers would have its own; ' +
      'set DATABASE_URL to a file or PostgreSQL, or WORKERS to 1.',
  )
}

function isDatabase(value: unknown): value is Database {
  return typeof value === 'object' && value !== null && 'kysely' in value && 'migrate' in value
}

/** Whether the database answers. What it says when it does not is for the log of the database, not for clients. */
function answers(database: Database): HealthCheck {
  return async () => {
    try {
      await ping(database, HEALTH_LIMIT)
      return { state: 'healthy' }
    } catch {
      return { state: 'unhealthy', message: 'The database does not answer.' }
    }
  }
}
