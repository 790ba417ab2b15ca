import type { TransactionSettings } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { LendingDriver } from '../driver.ts'
import { type ConnectionSettings, PostgresConnection } from './postgres-connection.ts'
import type { PoolStats } from '../pool-stats.ts'
import { unavailable } from '../unavailable.ts'
import { describeFault } from './postgres-errors.ts'

/** Lends the connections of a pool. */
export class PostgresDriver extends LendingDriver<PostgresConnection> {
  readonly #createPool: () => Promise<Pool>
  readonly #max: number
  readonly #settings: ConnectionSettings
  readonly #connections = new WeakMap<PoolClient, PostgresConnection>()
  #pool: Pool | undefined

  /** @param max - Connections that the pool may have. */
  constructor(createPool: () => Promise<Pool>, max: number, settings: ConnectionSettings) {
    super()
    this.#createPool = createPool
    this.#max = max
    this.#settings = settings
  }

  /** The pool at this moment; it is made by the first query. */
  get stats(): PoolStats {
    const { totalCount, idleCount, waitingCount } = this.#pool ?? {
      totalCount: 0,
      idleCount: 0,
      waitingCount: 0,
    }
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount, max: this.#max }
  }

  async init(): Promise<void> {
    this.#pool = await this.#createPool()
  }

  async destroy(): Promise<void> {
    await this.#pool?.end()
  }

  protected async acquire(): Promise<PostgresConnection> {
    const client = await this.#connect()
    const known = this.#connections.get(client)
    if (known) return known
    const connection = new PostgresConnection(client, this.#settings)
    this.#connections.set(client, connection)
    return connection
  }

  protected release(connection: PostgresConnection): void {
    connection.release()
  }

  protected beginning({ isolationLevel, accessMode }: TransactionSettings): string {
    const isolation = isolationLevel ? ` isolation level ${isolationLevel}` : ''
    return `begin${isolation}${accessMode ? ` ${accessMode}` : ''}`
  }

  override async rollbackTransaction(
    lease: Parameters<LendingDriver<PostgresConnection>['rollbackTransaction']>[0],
  ): Promise<void> {
    // A connection that was lost has rolled back; what led to it is what the caller should see.
    await super.rollbackTransaction(lease).catch(() => undefined)
  }

  /** Whatever the reason, who asks for a connection and gets none finds the database unavailable. */
  async #connect(): Promise<PoolClient> {
    try {
      return await (this.#pool as Pool).connect()
    } catch (error) {
      throw describeFault(error).problem ?? unavailable(error)
    }
  }
}
