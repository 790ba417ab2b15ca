import { AbortedTransactionError, type CompiledQuery, type QueryResult } from 'kysely'
import type { PoolClient, QueryResult as PgResult } from 'pg'
import type { Connection } from '../connection.ts'
import { unavailable } from '../unavailable.ts'
import { NO_TIME_LIMIT } from './no-time-limit.ts'
import { describeFault, isStalePlan } from './postgres-errors.ts'
import type { StatementNames } from './statement-names.ts'

/** Milliseconds that the server has to tell that it gave up a statement, before it counts as gone. */
const GRACE_MS = 5_000

/** How a connection runs its queries. */
export interface ConnectionSettings {
  readonly names: StatementNames
  /** Milliseconds; 0 is no limit. */
  readonly statementTimeout: number
}

/** A connection of the pool. */
export class PostgresConnection implements Connection {
  readonly #client: PoolClient
  readonly #settings: ConnectionSettings
  #limited = true
  #broken = false

  constructor(client: PoolClient, settings: ConnectionSettings) {
    this.#client = client
    this.#settings = settings
    // Without a listener, a connection that is lost while it is lent would end the process.
    client.on('error', () => (this.#broken = true))
  }

  async run<Row>(query: CompiledQuery, inTransaction: boolean): Promise<QueryResult<Row>> {
    // What hangs would hang again.
    if (this.#broken) throw unavailable(new Error('Connection terminated'))
    if (!inTransaction) this.#limited = true
    if (query.sql === NO_TIME_LIMIT) this.#limited = false
    try {
      const result = await this.#client.query(this.#prepare(query))
      // After an error in the transaction, PostgreSQL takes a commit for a rollback, and is content.
      if (query.sql === 'commit' && result.command === 'ROLLBACK') throw new AbortedTransactionError()
      return asKyselyResult<Row>(result)
    } catch (error) {
      if (isStalePlan(error)) {
        this.#settings.names.renew()
        if (!inTransaction) return this.run(query, inTransaction)
      }
      throw this.#fault(error)
    }
  }

  async *stream<Row>(query: CompiledQuery, chunkSize = 100): AsyncIterableIterator<QueryResult<Row>> {
    const { default: Cursor } = await import('pg-cursor')
    const cursor = this.#client.query(new Cursor<Row>(query.sql, query.parameters as unknown[]))
    try {
      for (;;) {
        const rows = await cursor.read(chunkSize)
        if (rows.length === 0) return
        yield { rows }
      }
    } catch (error) {
      throw this.#fault(error)
    } finally {
      await cursor.close().catch(() => (this.#broken = true))
    }
  }

  /** Gives it back to the pool, which closes it when it is of no more use. */
  release(): void {
    this.#client.release(this.#broken)
  }

  #fault(error: unknown): unknown {
    const { problem, broken } = describeFault(error)
    this.#broken ||= broken
    return problem ?? error
  }

  #prepare({ sql: text, parameters }: CompiledQuery) {
    const { names, statementTimeout } = this.#settings
    const name = names.nameOf(text)
    return {
      text,
      values: parameters as unknown[],
      ...(name !== undefined && { name }),
      ...(this.#limited && statementTimeout > 0 && { query_timeout: statementTimeout + GRACE_MS }),
    }
  }
}

const CHANGING = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function asKyselyResult<Row>({ command, rowCount, rows }: PgResult): QueryResult<Row> {
  if (!CHANGING.has(command)) return { rows: rows as Row[] }
  return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) }
}
