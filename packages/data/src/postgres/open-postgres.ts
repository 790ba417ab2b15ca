import { type Driver, Kysely, type PostgresDialectConfig, PostgresAdapter, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { ParsedDatabaseOptions } from '../database-options.ts'
import { PostgresDriver } from './postgres-driver.ts'
import { StatementNames } from './statement-names.ts'
import { typeParsers } from './type-parsers.ts'

/** Opens a PostgreSQL database; nothing is connected yet. */
export function openPostgres(
  url: string,
  { pool, statementTimeout, preparedStatements }: ParsedDatabaseOptions,
): { kysely: Kysely<unknown>; close: () => Promise<void> } {
  let isClosed = false
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
  const kysely = new Kysely<unknown>({
    dialect: new PooledPostgresDialect(() => new PostgresDriver(createPool, settings)),
  })
  return {
    kysely,
    close() {
      isClosed = true
      return kysely.destroy()
    },
  }
}

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
