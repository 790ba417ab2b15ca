import { EventEmitter } from 'node:events'
import * as fs from 'node:fs'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateApiKey, hashApiKey } from '@chapkit/auth'
import { beforeEach, expect, test, vi } from 'vitest'
import { watchFile } from '../src/keys/watch-file.ts'
import { start, statusWith, withKeyFile } from './service.ts'

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  return { ...real, watch: vi.fn<typeof real.watch>(real.watch) }
})

const A = `sk_test_${'a'.repeat(16)}`
const B = `sk_test_${'b'.repeat(16)}`

/** Row 13 allows 2 seconds until a change has its effect. */
const SOON = { timeout: 20_000, interval: 50 }

const watch = vi.mocked(fs.watch)
const { watch: realWatch } = await vi.importActual<typeof import('node:fs')>('node:fs')

beforeEach(() => {
  watch.mockReset().mockImplementation(realWatch)
})

/** Waits until the file has been taken over at the start, so that only a look or an event can find the next change. */
const settled = () => sleep(1_000)

type Watcher = EventEmitter & { readonly close: () => void }

/** A watch of a folder that hears nothing. */
function deafWatcher(): Watcher {
  return Object.assign(new EventEmitter(), { close: vi.fn<() => void>() })
}

const broken: [what: string, implementation: () => unknown][] = [
  [
    'the system has no more watches to give',
    () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    },
  ],
  ['there are no events', deafWatcher],
]
test.for(broken)('row 13: a changed file counts within 2 seconds when %s', async ([, implementation]) => {
  watch.mockImplementation(implementation as typeof fs.watch)
  const file = withKeyFile(`${A}\n`)
  const { app } = await start({ apiKeyFile: file })
  await settled()
  writeFileSync(file, `${B}\n`)
  await vi.waitFor(async () => expect(await statusWith(app, B)).toBe(200), SOON)
  expect(await statusWith(app, A)).toBe(401)
  expect(watch).toHaveBeenCalled()
})

test('row 13: a watch that breaks is closed, and the file is looked at all the same', async () => {
  const watcher = deafWatcher()
  watch.mockImplementation((() => watcher) as unknown as typeof fs.watch)
  const file = withKeyFile(`${A}\n`)
  const { app } = await start({ apiKeyFile: file })
  watcher.emit('error', new Error('gone'))
  expect(watcher.close).toHaveBeenCalledTimes(1)
  writeFileSync(file, `${B}\n`)
  await vi.waitFor(async () => expect(await statusWith(app, B)).toBe(200), SOON)
})

test('a watch that is closed while it looks ends without a rest', async () => {
  let looked: () => void = () => undefined
  const look = new Promise<void>((resolve) => (looked = resolve))
  let finish: () => void = () => undefined
  const work = new Promise<void>((resolve) => (finish = resolve))
  const fileWatch = watchFile(withKeyFile(`${A}\n`), async () => {
    looked()
    await work
    return 'later'
  })
  await look
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const closed = fileWatch.close()
  finish()
  await closed
  expect(timers).not.toHaveBeenCalled()
  timers.mockRestore()
})

test('an event of the folder is heard when the file is meant, also while it is being read', async () => {
  let told: (event: string, name: string | null) => void = () => undefined
  const watcher = deafWatcher()
  watch.mockImplementation(((_: string, __: object, listener: typeof told) => {
    told = listener
    return watcher
  }) as unknown as typeof fs.watch)
  const file = withKeyFile(`${A}\n`)
  const { app } = await start({ apiKeyFile: file })
  told('change', 'api_keys.txt')
  await settled()
  writeFileSync(file, `${B}\n`)
  told('change', 'another.txt')
  told('change', null)
  told('rename', '..data')
  await vi.waitFor(() => expect(app.apiKeys.reloads).toBe(1), SOON)
  await app.close()
  expect(watcher.close).toHaveBeenCalled()
})

test('a service in a folder that is busy with other files looks no more often for it', async () => {
  const file = withKeyFile(`${A}\n`)
  const { app } = await start({ apiKeyFile: file })
  const busy = join(file, '..', 'data.db-wal')
  for (let at = 0; at < 50; at++) {
    appendFileSync(busy, 'x')
    await sleep(5)
  }
  mkdirSync(join(file, '..', 'more'))
  expect(app.apiKeys).toMatchObject({ reloads: 0, failedReloads: 0 })
  writeFileSync(file, `${A}\n${B}\n`)
  await vi.waitFor(() => expect(app.apiKeys.count).toBe(2), SOON)
})

test('row 13: a key file of JSON keeps the last good keys while it is half written, wrong or empty', async () => {
  const [first, second] = [generateApiKey('prod'), generateApiKey('prod')]
  const json = (...keys: object[]) => JSON.stringify({ keys }, null, 2)
  const one = { id: 'one', hash: hashApiKey(first) }
  const two = { id: 'two', hash: hashApiKey(second), scopes: ['configs:read'] }
  const file = withKeyFile(json(one))
  const { app, log } = await start({ apiKeyFile: file })

  // A writer that is slow is no failure.
  const whole = json(one, two)
  writeFileSync(file, whole.slice(0, 60))
  await sleep(450)
  writeFileSync(file, whole)
  await vi.waitFor(() => expect(app.apiKeys.count).toBe(2), SOON)
  expect(log.lines('auth.reload_failed')).toEqual([])

  const failed = (times: number, reason: string) =>
    vi.waitFor(() => {
      expect(app.apiKeys).toMatchObject({ failedReloads: times, failing: true, count: 2 })
      expect(log.lines('auth.reload_failed').at(-1)?.['reason']).toContain(reason)
    }, SOON)
  // One that died is.
  writeFileSync(file, whole.slice(0, 60))
  await failed(1, `${file}, line 5: this is not JSON`)
  writeFileSync(file, json(one, { ...two, expires_at: 'soon' }))
  await failed(2, `${file}, line 13: 'expires_at' must be a time`)
  writeFileSync(file, json())
  await failed(3, 'holds none')
  writeFileSync(file, '{"keys":[{"id":"a","__proto__":{"hash":"x"}}]}')
  await failed(4, 'there is no property of this name')
  await sleep(1_200)
  expect(log.lines('auth.reload_failed')).toHaveLength(4)
  expect(await statusWith(app, second)).toBe(200)

  // What is said of a key counts anew, too.
  writeFileSync(file, json(one, { ...two, rate_limit: '5/s' }))
  await vi.waitFor(() => expect(app.apiKeys.keys.find(({ id }) => id === 'two')?.rateLimit).toBe('5/s'), SOON)
  expect(app.apiKeys).toMatchObject({ failing: false, reloads: 2 })
  expect(log.lines('auth.reloaded').at(-1)).toMatchObject({ added: 0, removed: 0, count: 2 })
  for (const key of [first, second]) expect(log.text()).not.toContain(key)
})
