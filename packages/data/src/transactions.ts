import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { isWorthAnotherRun } from './sql-errors.ts'

/** How a transaction is run. */
export interface TransactionOptions {
  /** Only reads, all of which see the database as it was at one moment. Default: false. */
  readonly readOnly?: boolean
}

/** How often a transaction that collided with another one is run. */
const MAX_ATTEMPTS = 5

/** What belongs to one run of the outermost `work`. */
interface Scope {
  /** Undefined when it is over: stray work that it started must not get into it any more. */
  transaction: Transaction<unknown> | undefined
  readonly readOnly: boolean
  failure?: { readonly error: unknown }
}

/** The transactions of one database; each asynchronous context has its own. */
export class Transactions {
  readonly #kysely: Kysely<unknown>
  readonly #scopes = new AsyncLocalStorage<Scope>()
  #open = 0

  constructor(kysely: Kysely<unknown>) {
    this.#kysely = kysely
  }

  /** The transaction of the caller's asynchronous context, or the database itself. */
  get executor(): Kysely<unknown> {
    return this.#scopes.getStore()?.transaction ?? this.#kysely
  }

  /** Whether the calling code runs in a transaction. */
  get isOpen(): boolean {
    return this.#scopes.getStore()?.transaction !== undefined
  }

  async run<T>(work: (db: Kysely<unknown>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const { readOnly = false } = options
    const scope = this.#scopes.getStore()
    if (scope?.transaction) return join(scope, scope.transaction, readOnly, work)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, readOnly)
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isWorthAnotherRun(error)) throw error
      }
      // Not all who collided come back at the same moment.
      await sleep(Math.random() * 10 * 2 ** attempt)
    }
  }

  async #attempt<T>(work: (db: Kysely<unknown>) => Promise<T>, readOnly: boolean): Promise<T> {
    this.#open++
    try {
      return await this.#begin(work, readOnly)
    } finally {
      this.#open--
      // Before Node 24 each promise of the process costs more as long as there is one store that may be in use.
      if (this.#open === 0) this.#scopes.disable()
    }
  }

  async #begin<T>(work: (db: Kysely<unknown>) => Promise<T>, readOnly: boolean): Promise<T> {
    const builder = this.#kysely.transaction()
    const snapshot = readOnly
      ? builder.setIsolationLevel('repeatable read').setAccessMode('read only')
      : builder
    return snapshot.execute(async (transaction) => {
      const scope: Scope = { transaction, readOnly }
      try {
        const result = await this.#scopes.run(scope, () => work(transaction))
        if (scope.failure) throw scope.failure.error
        return result
      } finally {
        scope.transaction = undefined
      }
    })
  }
}

/** A part that fails fails the whole, even when its error is caught: half of the part may be done. */
async function join<T>(
  scope: Scope,
  transaction: Transaction<unknown>,
  readOnly: boolean,
  work: (db: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  try {
    if (scope.readOnly && !readOnly)
      throw new Error('A transaction that writes cannot join one that only reads.')
    return await work(transaction)
  } catch (error) {
    scope.failure ??= { error }
    throw error
  }
}
