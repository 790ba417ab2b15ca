import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import type { Connection } from '../connection.ts'
import { describeSqliteFault, isBusy } from './sqlite-errors.ts'
import type { SqliteHandle } from './sqlite-handle.ts'

/** How long a query waits for another process that writes to the same file. */
const MAX_WAIT_MS = 5000

/** The one connection to an SQLite database. */
export class SqliteConnection implements Connection {
  readonly #handle: SqliteHandle

  constructor(handle: SqliteHandle) {
    this.#handle = handle
  }

  async run<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
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

  async *stream<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    for (const row of this.#handle.iterate(sql, parameters)) yield { rows: [row as Row] }
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#handle.prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }
}
