import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseUrl, runProcess, startService, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'

const cwd = new URL('fixtures/', import.meta.url)
const WAIT = { timeout: 30_000, interval: 50 }
const OLD = 'sk_test_a1b2c3d4e5f6g7h8'
const NEW = 'sk_test_n1n2n3n4n5n6n7n8'

function keyFile(): string {
  const file = join(temporaryFolder(), 'keys.txt')
  writeFileSync(file, `${OLD}\n`)
  return file
}

/** A request over a connection of its own: kept ones would always meet the same worker. */
function ask(url: string, key: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, {
    ...init,
    headers: { 'x-api-key': key, 'content-type': 'application/json', connection: 'close' },
  })
}

/** Statuses of many requests, and which workers they met. */
async function meet(origin: string, key: string) {
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(`${origin}/who`, key)))
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { worker?: number }[]
  return {
    statuses: new Set(answers.map(({ status }) => status)),
    workers: new Set(bodies.map(({ worker }) => worker)),
  }
}

const BOTH = { statuses: new Set([200]), workers: new Set([1, 2]) }

test.each(['file', 'postgres'] as const)('two workers write and read one database: %s', async (kind) => {
  const { origin } = await startService('workers-service.ts', {
    cwd,
    env: { WORKERS: '2', KEY_FILE: keyFile(), DATABASE_URL: await databaseUrl(kind) },
  })
  await vi.waitFor(async () => expect(await meet(origin, OLD)).toEqual(BOTH), WAIT)
  const written = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      ask(`${origin}/api/v1/configs`, OLD, {
        method: 'POST',
        body: JSON.stringify({ name: `config-${number}`, data: { number } }),
      }),
    ),
  )
  expect(new Set(written.map(({ status }) => status))).toEqual(new Set([201]))
  for (let round = 0; round < 10; round++) {
    const configs = (await (await ask(`${origin}/api/v1/configs`, OLD)).json()) as unknown[]
    expect(configs).toHaveLength(100)
  }
})

test('a database in memory fails the start of workers, in one sentence', async () => {
  const ended = await runProcess([process.execPath, ...typescriptLoader, 'workers-service.ts'], {
    cwd,
    env: { WORKERS: '2', PORT: '0', KEY_FILE: keyFile(), LOG_FORMAT: 'json' },
  })
  expect(ended.code).toBe(1)
  expect(
    ended.stderr.match(
      /withDatabase\(\): sqlite::memory: is a database of one process, and each of the workers would have its own; set DATABASE_URL to a file or PostgreSQL, or WORKERS to 1\./g,
    ),
  ).toHaveLength(1)
})

test('a key file that changes counts in all workers', async () => {
  const file = keyFile()
  const { origin } = await startService('workers-service.ts', {
    cwd,
    env: { WORKERS: '2', KEY_FILE: file, DATABASE_URL: await databaseUrl('file') },
  })
  await vi.waitFor(async () => expect(await meet(origin, OLD)).toEqual(BOTH), WAIT)
  writeFileSync(`${file}.new`, `${NEW}\n`)
  renameSync(`${file}.new`, file)
  await vi.waitFor(async () => expect(await meet(origin, NEW)).toEqual(BOTH), WAIT)
  expect((await meet(origin, OLD)).statuses).toEqual(new Set([401]))
})
