import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { PostgresServer } from './postgres-server.ts'
import { answersRedis, RedisServer } from './redis-server.ts'

/** Where a PostgreSQL server for tests usually runs. */
const USUAL = 'postgres://postgres@127.0.0.1:5432/test'

/** Where a Redis server for tests usually runs. */
const USUAL_REDIS = 'redis://127.0.0.1:6379'

/** Finds the servers that all tests share, and ends those that were started for this run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all([findPostgres(project), findRedis(project)])
  return async () => {
    for (const server of servers) await server?.remove()
  }
}

/**
 * Finds the PostgreSQL server that all tests share: the one at CHAPKIT_TEST_POSTGRES (a URL), else the one at its usual
 * place, else one that is started for this run.
 */
async function findPostgres(project: TestProject): Promise<PostgresServer | undefined> {
  const given = process.env['CHAPKIT_TEST_POSTGRES']
  if (given) {
    if (!(await answers(given))) {
      throw new Error(
        'No PostgreSQL server answers at the URL in CHAPKIT_TEST_POSTGRES; start it, or unset the variable.',
      )
    }
    project.provide('postgres', given)
    return undefined
  }
  if (await answers(USUAL)) {
    project.provide('postgres', USUAL)
    return undefined
  }
  const server = await PostgresServer.create()
  await server.start()
  project.provide('postgres', server.url())
  return server
}

/** The same for Redis, and CHAPKIT_TEST_REDIS. Where there is none and none can be started, only the tests that need it fail. */
async function findRedis(project: TestProject): Promise<RedisServer | undefined> {
  const url = process.env['CHAPKIT_TEST_REDIS'] || USUAL_REDIS
  if (await answersRedis(url)) {
    project.provide('redis', { url })
    return undefined
  }
  if (url !== USUAL_REDIS) {
    throw new Error(
      'No Redis server answers at the URL in CHAPKIT_TEST_REDIS; start it, or unset the variable.',
    )
  }
  const server = await RedisServer.create()
  try {
    await server.start()
    project.provide('redis', { url: server.url() })
  } catch (error) {
    project.provide('redis', { fault: (error as Error).message })
  }
  return server
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
