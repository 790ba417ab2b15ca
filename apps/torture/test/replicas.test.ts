import { listStreams, openDatabase } from '@chapkit/data'
import { databaseUrl, temporaryFolder } from '@chapkit/testing'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { configs, documentOf, type Item } from '../src/collections.ts'
import { Crowd } from '../src/crowd.ts'
import { sizes, tell, timeout } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'

vi.setConfig({ testTimeout: timeout })

const REPLICAS = 2

test('replicas that start at once on an empty PostgreSQL database migrate it once', async () => {
  for (let round = 1; round <= sizes.starts; round++) {
    const url = await databaseUrl('postgres')
    const env = { DATABASE_URL: url, CONTENT_DIR: temporaryFolder() }
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => Supervisor.start(env)))
    await Promise.all(replicas.map((replica) => replica.ready()))
    for (const { starts, last } of replicas) expect(starts, last).toBe(1)
    expect(await migrationsOf(url)).toEqual({
      artifacts: ['001_create_artifacts'],
      config: ['001_create_configs', '002_version_configs'],
      idempotency: ['001_create_idempotency_keys'],
    })

    const crowd = new Crowd(
      REPLICAS,
      replicas.map(({ origin }) => origin),
    )
    const ids = await crowd.together(async ({ client, number }) => {
      const body = configs.body(documentOf(`config-${number}`, 1))
      return (await client.ask<Item>(201, 'POST', configs.path, body)).id
    })
    const lists = await crowd.together(({ client }) => client.ask<Item[]>(200, 'GET', configs.path))
    for (const list of lists) expect(new Set(list.map(({ id }) => id))).toEqual(new Set(ids))
    await Promise.all(replicas.map((replica) => replica.stop()))
  }
  tell(`${sizes.starts} times ${REPLICAS} replicas at once: all came up, each migration ran once`)
})

async function migrationsOf(url: string): Promise<Record<string, string[]>> {
  const database = await openDatabase(url)
  try {
    const migrations: Record<string, string[]> = {}
    for (const stream of await listStreams(database)) {
      const table = sql.table(`chapkit_migrations_${stream}`)
      const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(
        database.kysely,
      )
      migrations[stream] = rows.map(({ name }) => name)
    }
    return migrations
  } finally {
    await database.close()
  }
}
