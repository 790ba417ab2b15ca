import { type Driver, Kysely, type PostgresDialectConfig, PostgresAdapter, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { Channels } from '../channels.ts'
import type { ParsedDatabaseOptions } from '../database-options.ts'
import { CHANNEL_SUFFIX, PostgresListener } from './listen.ts'
import type { PoolStats } from '../pool-stats.ts'
import { PostgresDriver } from './postgres-driver.ts'
import { StatementNames } from './statement-names.ts'
import { typeParsers } from './type-parsers.ts'

/** Opens a PostgreSQL database; nothing is connected yet. */
export function openPostgres(
  url: string,
  { pool, statementTimeout, preparedStatements }: ParsedDatabaseOptions,
): {
  kysely: Kysely<unknown>
  listen: Channels['listen']
  stats: () => PoolStats
  close: () => Promise<void>
} {
  let isClosed = false
  const listeners = new Set<PostgresListener>()
  const createPool = async (): Promise<Pool> => {
    // Kysely remembers that it is closed only once it has been used.
    if (isClosed) throw new Error('driver has already been destroyed')
    // Who uses SQLite does not wait for pg to load.
    const { default: pg } = await import('pg')
    const created = new pg.Pool({
      connectionString: url,
      max: pool.max,
      idleTimeoutMillis: pool.idleTimeout,
      connectionTimeoutMillis: pool.connectionTimeout,
      keepAlive: true,
      fallback_application_name: 'chapkit',
      types: typeParsers(pg.types),
      ...(statementTimeout > 0 && { statement_timeout: statementTimeout }),
    })
    // A connection that is lost while nobody uses it: the pool has dropped it, and the next query makes a new one.
    created.on('error', () => undefined)
    return created
  }
  const settings = { names: new StatementNames(preparedStatements), statementTimeout }
  const driver = new PostgresDriver(createPool, pool.max, settings)
  const kysely = new Kysely<unknown>({ dialect: new PooledPostgresDialect(() => driver) })
  return {
    kysely,
    listen(channel, onMessage) {
      const config = { connectionString: url, keepAlive: true, fallback_application_name: 'chapkit' }
      const listener = new PostgresListener(config, channel, onMessage)
      listeners.add(listener)
      return listener
    },
    stats: () => driver.stats,
    async close() {
      isClosed = true
      await Promise.all([...listeners].map((listener) => listener.close()))
      await kysely.destroy()
    },
  }
}

/** The statement that sends a message to a channel, whose name is its value. */
export const NOTIFY = `select pg_notify($1 || ${CHANNEL_SUFFIX}, '')`

/** Kysely's PostgreSQL with a driver of ours. */
class PooledPostgresDialect extends PostgresDialect {
  readonly #driver: () => Driver

  constructor(driver: () => Driver) {
    super({} as PostgresDialectConfig)
    this.#driver = driver
  }

  override createDriver(): Driver {
    return this.#driver()
  }

  override createAdapter(): PostgresAdapter {
    return new PostgresAdapter()
  }
}
