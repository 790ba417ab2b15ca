import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { databaseUrl, runProcess, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { ROTATIONS } from '../src/key-file.ts'
import { Pace } from '../src/pace.ts'
import { full, sizes, tell, timeout } from '../src/sizes.ts'
import { KEY, Soaked } from '../src/soaked.ts'
import { until } from '../src/until.ts'

vi.setConfig({ testTimeout: timeout })

/** Milliseconds within which a change counts. In the suite the machine has other things to do. */
const LIMIT = full ? 2_000 : 20_000

/** A key that goes. Asking for the moment when it is gone uses up the budget of wrong keys, and 429 is a refusal as well. */
const isRefused = (status: number) => status === 401 || status === 429

const keyOf = (rotation: number): string => `soak-key-of-rotation-${rotation}`

test.each([...ROTATIONS])('a key file that is %s: a key that stays always works', async (way, keyFile) => {
  const file = keyFile(temporaryFolder())
  // The one that stays is the last: of a file that is read half-way it is missing.
  file.write([keyOf(0), KEY])
  const service = await Soaked.start({ CHAPKIT_API_KEY_FILE: file.path })
  const pace = await Pace.start(service.port, 500)
  const latencies: number[] = []
  for (let rotation = 1; rotation <= sizes.rotations; rotation++) {
    file.write([keyOf(rotation), KEY])
    const start = performance.now()
    await until(LIMIT, async () => (await service.ask('/hello', keyOf(rotation))).status === 200)
    await until(LIMIT, async () => isRefused((await service.ask('/hello', keyOf(rotation - 1))).status))
    latencies.push(performance.now() - start)
    await sleep(50)
  }
  const { statuses, lost } = await pace.stop()
  expect({ refused: statuses[401] ?? 0, lost, others: Object.keys(statuses) }).toEqual({
    refused: 0,
    lost: 0,
    others: ['200'],
  })
  expect(service.events('auth.reloaded').length).toBeGreaterThanOrEqual(sizes.rotations)
  tell(
    `${way} ${sizes.rotations} times: 0 of ${statuses[200]} requests refused, ` +
      `a change counts after ${Math.max(...latencies).toFixed(0)} ms at most`,
  )
})

test('keys in a database: two processes follow each change, and a key that stays always works', async () => {
  const url = await databaseUrl('postgres')
  const admin = await generateAdminKey(url)
  const services = [await Soaked.start({ DATABASE_URL: url }), await Soaked.start({ DATABASE_URL: url })]
  const paces = await Promise.all(services.map(({ port }) => Pace.start(port, 250, admin)))
  const all = (key: string, isSo: (status: number) => boolean) =>
    Promise.all(
      services.map((service) => until(LIMIT, async () => isSo((await service.ask('/hello', key)).status))),
    )
  const call = (path: string, options: object) =>
    fetch(`http://127.0.0.1:${services[0]?.port}/api/v1/keys${path}`, {
      ...options,
      headers: { 'x-api-key': admin, 'content-type': 'application/json' },
    })
  const latencies: number[] = []
  let before: { id: string; key: string } | undefined
  for (let rotation = 0; rotation <= sizes.rotations; rotation++) {
    const body = JSON.stringify({ name: `rotation-${rotation}`, scopes: ['hello:read'] })
    const made = (await (await call('', { method: 'POST', body })).json()) as { id: string; key: string }
    const start = performance.now()
    await all(made.key, (status) => status === 200)
    if (before) {
      await call(`/${before.id}`, { method: 'DELETE' })
      await all(before.key, isRefused)
    }
    latencies.push(performance.now() - start)
    before = made
  }
  const ends = await Promise.all(paces.map((pace) => pace.stop()))
  for (const { statuses, lost } of ends)
    expect({ statuses: Object.keys(statuses), lost }).toEqual({ statuses: ['200'], lost: 0 })
  tell(
    `${sizes.rotations} rotations in PostgreSQL: none refused, a change counts after ${Math.max(...latencies).toFixed(0)} ms at most`,
  )
})

/** A key that may manage the others, made as an operator makes it. */
async function generateAdminKey(url: string): Promise<string> {
  const cli = fileURLToPath(new URL('../node_modules/chapkit/bin/chapkit.js', import.meta.url))
  const scopes = ['--scope', 'keys:admin', '--scope', 'hello:read']
  const { code, stdout, stderr } = await runProcess(
    [
      process.execPath,
      cli,
      'keys',
      'generate',
      '--env',
      'soak',
      ...scopes,
      '--name',
      'admin',
      '--database',
      url,
    ],
    { cwd: new URL('..', import.meta.url) },
  )
  expect(stderr).not.toContain('Error')
  expect(code).toBe(0)
  return stdout.trim()
}
