import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import type { Connection } from '../connection.ts'
import { describeSqliteFault, isBusy } from './sqlite-errors.ts'
import type { SqliteHandle } from './sqlite-handle.ts'

/** A statement and its values. */
export type SqlQuery = Pick<CompiledQuery, 'sql' | 'parameters'>

/** How long a query waits for another process that writes to the same file. */
const MAX_WAIT_MS = 5000

/** What gives rows and changes none. */
const SELECT = /^\s*select\b/i

/** The one connection to an SQLite database. */
export class SqliteConnection implements Connection {
  readonly #handle: SqliteHandle

  constructor(handle: SqliteHandle) {
    this.#handle = handle
  }

  async run<Row>(query: SqlQuery): Promise<QueryResult<Row>> {
    const end = Date.now() + MAX_WAIT_MS
    for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
      try {
        return this.#execute<Row>(query)
      } catch (error) {
        if (!isBusy(error) || Date.now() > end) throw describeSqliteFault(error)
      }
      // The process goes on with other things meanwhile, which SQLite's own busy time-out would not let it.
      await sleep(wait)
    }
  }

  /** Runs queries in a transaction of their own. Undefined when one of them fails, and then all is as if none had run. */
  runTogether(queries: readonly SqlQuery[]): QueryResult<never>[] | undefined {
    try {
      // Who only reads takes no lock from those who write.
      this.#handle.exec(queries.every(({ sql }) => SELECT.test(sql)) ? 'begin' : 'begin immediate')
      const results = queries.map((query) => this.#execute<never>(query))
      this.#handle.exec('commit')
      return results
    } catch {
      if (this.#handle.isTransaction) this.#handle.exec('rollback')
      return undefined
    }
  }

  async *stream<Row>({ sql, parameters }: SqlQuery): AsyncIterableIterator<QueryResult<Row>> {
    for (const row of this.#handle.iterate(sql, parameters)) yield { rows: [row as Row] }
  }

  #execute<Row>({ sql, parameters }: SqlQuery): QueryResult<Row> {
    const statement = this.#handle.prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }
}
