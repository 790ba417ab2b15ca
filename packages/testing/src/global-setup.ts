import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { PostgresServer } from './postgres-server.ts'

/** Where a PostgreSQL server for tests usually runs. */
const USUAL = 'postgres://postgres@127.0.0.1:5432/test'

/**
 * Finds the PostgreSQL server that all tests share: the one at CHAPKIT_TEST_POSTGRES (a URL), else the one at its usual
 * place, else one that is started for this run.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
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
  return () => server.remove()
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
