import type * as Kysely from 'kysely'

/**
 * Kysely's `sql`, once a database is open: what is exported here changes then, also for those who have imported it. Kysely is 300
 * modules, 4 MB of memory and a tenth of a second, which services without a database do without.
 *
 * It is loaded by openDatabase(), and by withDatabase() for a database that somebody else made.
 */
export let sql: typeof Kysely.sql

/** Loads Kysely, at the first call. */
export async function loadKysely(): Promise<void> {
  const kysely = await import('kysely')
  sql = kysely.sql
}
