import type { Database } from './database.ts'
import { type DatabaseOptions, parseDatabaseOptions } from './database-options.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { loadKysely } from './kysely.ts'

/**
 * Opens a database that you close yourself, for `withDatabase(database)`. PostgreSQL is connected to with the first query.
 *
 * @param url - `sqlite::memory:` (default; gone when it is closed), `sqlite:data.db` (relative to the working directory),
 * `sqlite:///srv/data.db` or `postgres://user:password@host/database`. An SQLite file that is missing is made; its folder
 * is not.
 * @throws CHAPKIT_ERR_INVALID_OPTION for another URL, or an option that is unknown or not valid.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when the file cannot be opened.
 */
export async function openDatabase(
  url = 'sqlite::memory:',
  options: DatabaseOptions = {},
): Promise<Database> {
  const parsed = parseDatabaseOptions(options, 'openDatabase()')
  const target = parseDatabaseUrl(url, 'openDatabase()')
  await loadKysely()
  const { connectedDatabase } = await import('./connected-database.ts')
  return connectedDatabase(target, parsed)
}
