import type { Kysely, QueryResult } from 'kysely'
import type { Channels } from './channels.ts'
import type { Codec } from './codec.ts'
import type { Migrations } from './migration.ts'
import type { PoolStats } from './pool-stats.ts'
import type { TransactionOptions } from './transactions.ts'

/** An open database: what modules store their data in. It is `app.database`. */
export interface Database {
  /** Which SQL it speaks. */
  readonly dialect: 'sqlite' | 'postgres'
  /** How it keeps JSON, times and booleans. */
  readonly codec: Codec
  /** Builds and runs queries outside of any transaction; `withTables<…>()` of it types them. */
  readonly kysely: Kysely<unknown>
  /** The transaction that the calling code runs in, else {@link kysely}. Repositories use it, and so take part. */
  readonly executor: Kysely<unknown>
  /**
   * Runs a statement in the transaction that the calling code runs in, or in none, without what a query builder costs: for
   * statements that are written once and run at every request. SQLite commits those of one turn of the event loop together.
   *
   * @param sql - In the database's own words: values are `?` on SQLite, `$1`, `$2`, … on PostgreSQL.
   */
  query<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>>
  /**
   * Runs `work` in a transaction: all of it is stored, or nothing when it throws. Inside a transaction it joins that one,
   * and fails it when it throws, even when the error is caught. So does a query that fails: PostgreSQL could not go on.
   * Inside, use what `work` is given, or {@link executor}. SQLite runs one transaction at a time.
   *
   * PostgreSQL may find that two transactions collide (SQLSTATE 40001, 40P01); then the outermost `work` is run again, up to
   * five times in all. So it should do nothing outside of the database.
   */
  transaction<T>(work: (db: Kysely<unknown>) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Brings the tables of one module up to date.
   *
   * @param stream - Name of the module, in snake_case: its migrations are counted by themselves.
   * @throws CHAPKIT_ERR_MIGRATION when one fails, or when the database is newer than the code.
   */
  migrate(stream: string, migrations: Migrations): Promise<void>
  /** Messages to the other processes that use the database; undefined on SQLite, which has none. */
  readonly channels?: Channels | undefined
  /** Its connections at this moment; undefined where a database of somebody else's does not tell. */
  readonly stats?: (() => PoolStats) | undefined
  /** Closes it. Whoever opened it does so, once nothing uses it any more. */
  close(): Promise<void>
}
