import type { QueryResult } from 'kysely'
import type { SqlQuery, SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

interface Waiting {
  readonly query: SqlQuery
  readonly resolve: (result: QueryResult<never>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Runs queries that belong to no transaction, without Kysely. Those that come in one turn of the event loop run one after
 * the other at its end, and share a transaction: to lock and to commit costs more than most of them. None is answered before
 * the commit; when one of them fails, each is run by itself.
 */
export class DirectQueries {
  readonly #driver: SqliteDriver
  #waiting: Waiting[] = []

  constructor(driver: SqliteDriver) {
    this.#driver = driver
  }

  run<Row>(query: SqlQuery): Promise<QueryResult<Row>> {
    return new Promise<QueryResult<Row>>((resolve, reject) => {
      if (this.#waiting.push({ query, resolve, reject }) === 1) setImmediate(() => void this.#runWaiting())
    })
  }

  async #runWaiting(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    try {
      await this.#driver.lend((connection) => runAll(connection, batch))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}

async function runAll(connection: SqliteConnection, batch: readonly Waiting[]): Promise<void> {
  const results = batch.length > 1 && connection.runTogether(batch.map(({ query }) => query))
  for (const [index, { query, resolve, reject }] of batch.entries()) {
    if (results) resolve(results[index] as QueryResult<never>)
    else await connection.run<never>(query).then(resolve, reject)
  }
}
