import { parseOptions } from '@chapkit/core'
import { type Static, Type } from 'typebox'

/** How a PostgreSQL database is used. SQLite needs none of this, so the same options may stay when only the URL changes. */
export interface DatabaseOptions {
  /** Connections of this process. */
  readonly pool?: PoolOptions
  /**
   * Milliseconds that a statement may run; then the client gets 503. Default: 30,000; 0 is no limit. Migrations have none.
   * PgBouncer must pass it on (`ignore_startup_parameters = statement_timeout`), or it must be 0.
   */
  readonly statementTimeout?: number
  /** Whether statements stay prepared. Default: true; PgBouncer before 1.21 in transaction mode needs false. */
  readonly preparedStatements?: boolean
  /** Milliseconds that the start of a service waits for a database that is down. Default: 30,000; 0 does not wait. */
  readonly startTimeout?: number
}

/** Connections of a process to PostgreSQL. */
export interface PoolOptions {
  /** Most connections at a time. Default: 10. */
  readonly max?: number
  /** Milliseconds after which a connection that nobody uses is closed. Default: 30,000; 0 keeps it. */
  readonly idleTimeout?: number
  /** Milliseconds that a query waits for a connection; then the client gets 503. Default: 5,000. */
  readonly connectionTimeout?: number
}

const Options = Type.Object(
  {
    pool: Type.Object(
      {
        max: Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }),
        idleTimeout: milliseconds(30_000),
        connectionTimeout: milliseconds(5_000, 1),
      },
      { additionalProperties: false, default: {} },
    ),
    statementTimeout: milliseconds(30_000),
    preparedStatements: Type.Boolean({ default: true }),
    startTimeout: milliseconds(30_000),
  },
  { additionalProperties: false },
)

/** Options with all defaults. */
export type ParsedDatabaseOptions = Readonly<Static<typeof Options>>

/**
 * @param call - How the user calls it, for the error text: `withDatabase()`.
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 */
export function parseDatabaseOptions(options: DatabaseOptions, call: string): ParsedDatabaseOptions {
  return parseOptions(Options, options, call)
}

/** The largest is that of Node.js timers. */
function milliseconds(defaultValue: number, minimum = 0) {
  return Type.Integer({ minimum, maximum: 2 ** 31 - 1, default: defaultValue })
}
