import { buildService, compose, parseServiceInfo } from '@chapkit/core'
import { database, openDatabase } from '@chapkit/data'
import { captureLog, closing, databaseUrl, DATABASES } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'

describe.each(DATABASES)('on %s', (kind) => {
  test('the connections of a database are counted by what they do', async () => {
    const opened = await openDatabase(await databaseUrl(kind), { pool: { max: 1 } })
    onTestFinished(() => opened.close())
    const none = kind === 'postgres' ? 0 : 1
    expect(opened.stats?.()).toEqual({ used: 0, idle: none, waiting: 0, max: 1 })
    await opened.transaction(async (db) => {
      await sql`select 1`.execute(db)
    })
    const work = opened.transaction(async (db) => {
      await sql`select 1`.execute(db)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(opened.stats?.()).toEqual({ used: 1, idle: 0, waiting: 1, max: 1 })
    })
    const second = opened.transaction(async (db) => sql`select 1`.execute(db))
    await Promise.all([work, second])
    expect(opened.stats?.()).toEqual({ used: 0, idle: 1, waiting: 0, max: 1 })
  })

  test('a service tells them to who asks for metrics', async () => {
    const app = closing(
      buildService({
        info: parseServiceInfo({ displayName: 'Test' }),
        modules: compose([database(await databaseUrl(kind))]),
        server: { logStream: captureLog().stream },
      }),
    )
    await app.ready()
    const samples = app.kernel.metrics
      .filter(({ name }) => name.startsWith('db_'))
      .map(({ name, collect }) => [name, [...collect()]])
    const labels = { pool_name: kind === 'postgres' ? 'postgres' : 'sqlite' }
    expect(samples).toEqual([
      [
        'db_client_connections_usage',
        [
          { labels: { ...labels, state: 'used' }, value: 0 },
          { labels: { ...labels, state: 'idle' }, value: 1 },
        ],
      ],
      ['db_client_connections_max', [{ labels, value: kind === 'postgres' ? 10 : 1 }]],
      ['db_client_connections_pending_requests', [{ labels, value: 0 }]],
    ])
  })
})
