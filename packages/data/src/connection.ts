import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'

/** One connection of a dialect. */
export interface Connection {
  /** @param inTransaction - Whether a transaction would be lost if the query were run again. */
  run<Row>(query: CompiledQuery, inTransaction: boolean): Promise<QueryResult<Row>>
  stream<Row>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<Row>>
}

/**
 * A connection that is lent to one query or one transaction. A query that comes when its transaction ends is refused: it
 * would run outside of it, or in somebody else's.
 */
export class Lease<Lent extends Connection = Connection> implements DatabaseConnection {
  readonly connection: Lent
  #state: 'single' | 'transaction' | 'over' = 'single'
  #isReadOnly = false
  #failure: { readonly error: unknown } | undefined

  constructor(connection: Lent) {
    this.connection = connection
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#assertOpen(query)
    try {
      return await this.connection.run<Row>(query, this.#state === 'transaction')
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  async *streamQuery<Row>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<Row>> {
    this.#assertOpen(query)
    try {
      yield* this.connection.stream<Row>(query, chunkSize)
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  /** To be called when a transaction has begun. */
  begin(isReadOnly: boolean): void {
    this.#state = 'transaction'
    this.#isReadOnly = isReadOnly
  }

  /** From here on only the driver uses the connection. */
  end(): void {
    this.#state = 'over'
  }

  /** What was wrong has been undone: the transaction went back to a savepoint. */
  forgive(): void {
    this.#failure = undefined
  }

  /**
   * Throws what a query of the transaction has failed with, even when the error was caught: PostgreSQL cannot go on after
   * one, so no database does.
   */
  assertUnharmed(): void {
    if (this.#failure) throw this.#failure.error
  }

  #assertOpen({ query }: CompiledQuery): void {
    if (this.#state === 'over') throw new Error('The transaction is over; nothing more can be done in it.')
    // PostgreSQL would say so itself, SQLite would write.
    if (this.#isReadOnly && WRITING.has(query.kind)) throw new Error('This transaction only reads.')
  }
}

const WRITING = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode', 'MergeQueryNode'])
