import type { MetricFamily, MetricSample } from '@chapkit/core'

/** Connections of a database at this moment. SQLite has one. */
export interface PoolStats {
  /** Connections that a query or a transaction has. */
  readonly used: number
  /** Connections that are open and free. */
  readonly idle: number
  /** Queries and transactions that wait for a connection. */
  readonly waiting: number
  /** Connections that there may be. */
  readonly max: number
}

/** The connections of a database as metrics, under the names of the original and of OpenTelemetry's conventions. */
export function poolMetrics(dialect: string, stats: () => PoolStats): MetricFamily[] {
  const labels = { pool_name: dialect }
  const family = (name: string, help: string, collect: () => MetricSample[]): MetricFamily => ({
    name: `db_client_connections_${name}`,
    help,
    type: 'gauge',
    collect,
  })
  return [
    family('usage', 'Connections to the database, by state.', () => {
      const { used, idle } = stats()
      return [
        { labels: { ...labels, state: 'used' }, value: used },
        { labels: { ...labels, state: 'idle' }, value: idle },
      ]
    }),
    family('max', 'Connections to the database that there may be.', () => [{ labels, value: stats().max }]),
    family('pending_requests', 'Queries and transactions that wait for a connection.', () => [
      { labels, value: stats().waiting },
    ]),
  ]
}
