import { type HealthCheck, InvalidOptionError, type ServiceModule } from '@chapkit/core'
import { sql } from 'kysely'
import { type Database, openDatabase } from './database.ts'
import { parseDatabaseUrl } from './database-url.ts'

/**
 * A database for the modules that store something, as `app.database`, with the health check `database`.
 *
 * @param database - A URL: `sqlite::memory:` (default; gone when the service stops), `sqlite:data.db` (relative to the working
 * directory) or `sqlite:///srv/data.db`; it is opened when the service starts, and closed when it stops. Or a database of
 * {@link openDatabase}, which you close yourself.
 * @throws CHAPKIT_ERR_INVALID_OPTION for another URL.
 */
export function database(
  database: string | Database = 'sqlite::memory:',
): ServiceModule<{ database: Database }> {
  if (typeof database === 'string') parseDatabaseUrl(database, 'withDatabase()')
  else if (!isDatabase(database)) {
    throw new InvalidOptionError(
      "withDatabase(): the database must be a URL such as 'sqlite:data.db', or what openDatabase() gives.",
    )
  }
  return {
    name: 'database',
    plugin(app) {
      const opened = typeof database === 'string' ? openDatabase(database) : database
      if (opened !== database) app.addHook('onClose', () => opened.close())
      app.decorate('database', opened)
      app.kernel.healthChecks.set('database', answers(opened))
    },
  }
}

function isDatabase(value: unknown): value is Database {
  return typeof value === 'object' && value !== null && 'kysely' in value && 'migrate' in value
}

/** Whether the database answers a query. What it says when it does not is for the log of the database, not for clients. */
function answers({ kysely }: Database): HealthCheck {
  return async () => {
    try {
      await sql`select 1`.execute(kysely)
      return { state: 'healthy' }
    } catch {
      return { state: 'unhealthy', message: 'The database does not answer.' }
    }
  }
}
