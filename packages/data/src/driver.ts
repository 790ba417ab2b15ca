import {
  CompiledQuery,
  createQueryId,
  type Driver,
  IdentifierNode,
  type QueryCompiler,
  RawNode,
  type TransactionSettings,
} from 'kysely'
import { type Connection, Lease } from './connection.ts'

type Compile = QueryCompiler['compileQuery']

/** What both dialects have in common: connections are lent, and a transaction in which a query failed is not committed. */
export abstract class LendingDriver<Lent extends Connection> implements Driver {
  /** Waits for a connection that nobody uses. */
  protected abstract acquire(): Promise<Lent>
  /** Takes it back. */
  protected abstract release(connection: Lent): void
  /** The statement that begins a transaction. */
  protected abstract beginning(settings: TransactionSettings): string

  abstract init(): Promise<void>
  abstract destroy(): Promise<void>

  async acquireConnection(): Promise<Lease<Lent>> {
    return new Lease(await this.acquire())
  }

  async releaseConnection(lease: Lease<Lent>): Promise<void> {
    lease.end()
    this.release(lease.connection)
  }

  async beginTransaction(lease: Lease<Lent>, settings: TransactionSettings): Promise<void> {
    await lease.connection.run(CompiledQuery.raw(this.beginning(settings)), false)
    lease.begin(settings.accessMode === 'read only')
  }

  async commitTransaction(lease: Lease<Lent>): Promise<void> {
    lease.end()
    lease.assertUnharmed()
    await lease.connection.run(CompiledQuery.raw('commit'), true)
  }

  async rollbackTransaction(lease: Lease<Lent>): Promise<void> {
    lease.end()
    await lease.connection.run(CompiledQuery.raw('rollback'), true)
  }

  async savepoint(lease: Lease<Lent>, name: string, compile: Compile): Promise<void> {
    await lease.executeQuery(savepointQuery('savepoint', name, compile))
  }

  async rollbackToSavepoint(lease: Lease<Lent>, name: string, compile: Compile): Promise<void> {
    await lease.executeQuery(savepointQuery('rollback to', name, compile))
    lease.forgive()
  }

  async releaseSavepoint(lease: Lease<Lent>, name: string, compile: Compile): Promise<void> {
    await lease.executeQuery(savepointQuery('release', name, compile))
  }
}

function savepointQuery(command: string, name: string, compile: Compile): CompiledQuery {
  const node = RawNode.createWithChildren([RawNode.createWithSql(`${command} `), IdentifierNode.create(name)])
  return compile(node, createQueryId())
}
