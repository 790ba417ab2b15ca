import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateApiKey } from '@chapkit/auth'
import { temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { start, statusWith, withKeyFile } from './service.ts'

const A = `sk_test_${'a'.repeat(16)}`
const B = `sk_test_${'b'.repeat(16)}`
const C = `sk_test_${'c'.repeat(16)}`
const D = `sk_test_${'d'.repeat(16)}`

/** Row 13 allows 2 seconds until a change has its effect. */
const SOON = { timeout: 20_000, interval: 50 }

type Service = Awaited<ReturnType<typeof start>>

/** Which of the four keys are valid. */
async function validKeys({ app }: Service): Promise<string[]> {
  const keys = [A, B, C, D]
  const statuses = await Promise.all(keys.map((key) => statusWith(app, key)))
  return keys.filter((_, index) => statuses[index] === 200)
}

/** Waits until exactly these of the four keys are valid. */
function expectKeys(service: Service, valid: readonly string[]): Promise<void> {
  return vi.waitFor(async () => expect(await validKeys(service)).toEqual(valid), SOON)
}

/** Waits until the last reload failed for a reason with these words. */
async function expectFailure({ app, log }: Service, reason: string): Promise<void> {
  await vi.waitFor(() => expect(log.lines('auth.reload_failed').at(-1)?.['reason']).toContain(reason), SOON)
  expect(app.apiKeys.failing).toBe(true)
}

test('row 13: a file that is written in place is read again', async () => {
  const file = withKeyFile(`${A}\n`)
  const service = await start({ apiKeyFile: file })
  writeFileSync(file, `${A}\n${B}\n`)
  await expectKeys(service, [A, B])
  writeFileSync(file, `${B}\n${C}`)
  await expectKeys(service, [B, C])
  expect(service.log.lines('auth.reloaded')).toMatchObject([
    { level: 'info', added: 1, removed: 0, count: 2, file },
    { added: 1, removed: 1, count: 2 },
  ])
  expect(service.app.apiKeys).toMatchObject({ count: 2, reloads: 2, failedReloads: 0, failing: false })
})

test('row 13: a file that replaces another is read', async () => {
  const file = withKeyFile(`${A}\n`)
  const service = await start({ apiKeyFile: file })
  for (const key of [B, C, D]) {
    writeFileSync(`${file}.new`, `${key}\n`)
    renameSync(`${file}.new`, file)
    await expectKeys(service, [key])
  }
  expect(service.app.apiKeys.reloads).toBe(3)
})

test('row 13: three swaps of the symlink ..data, as Kubernetes does them', async () => {
  const mount = temporaryFolder()
  const swap = (version: string, text: string) => {
    mkdirSync(join(mount, `..${version}`))
    writeFileSync(join(mount, `..${version}`, 'api_keys.txt'), text)
    symlinkSync(`..${version}`, join(mount, '..data_tmp'))
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'))
  }
  swap('v0', `${A}\n`)
  const file = join(mount, 'api_keys.txt')
  symlinkSync('..data/api_keys.txt', file)
  const service = await start({ apiKeyFile: file })

  swap('v1', `${A}\n${B}\n`)
  await expectKeys(service, [A, B])
  swap('v2', `${B}\n${C}\n`)
  rmSync(join(mount, '..v1'), { recursive: true })
  await expectKeys(service, [B, C])
  swap('v3', `${C}\n${D}\n`)
  await expectKeys(service, [C, D])
  expect(service.log.lines('auth.reload_failed')).toEqual([])
})

test('row 13: the last good keys stay while a file is of no use, and each fault is logged once', async () => {
  const file = withKeyFile(`${A}\n`)
  const service = await start({ apiKeyFile: file })

  writeFileSync(file, '')
  await expectFailure(service, 'No API keys configured.')
  rmSync(file)
  await expectFailure(service, 'API key file not found')
  mkdirSync(file)
  await expectFailure(service, 'API key file is a folder')
  rmSync(file, { recursive: true })
  writeFileSync(file, Buffer.from('clé-bbbbbbbbbbbb\n', 'latin1'))
  await expectFailure(service, 'API key file is not UTF-8 text')
  const wrong = `${generateApiKey('prod').slice(0, -1)}-`.replace('-', '')
  writeFileSync(file, `${wrong}0\n${wrong}1\n`)
  await expectFailure(service, 'was mistyped or cut')
  await expectKeys(service, [A])
  expect(service.app.apiKeys).toMatchObject({ count: 1, reloads: 0, failedReloads: 5, failing: true })
  expect(service.log.lines('auth.reload_failed')).toHaveLength(5)
  expect(service.log.text()).not.toContain(wrong)

  writeFileSync(file, `${A}\n`)
  await vi.waitFor(() => expect(service.app.apiKeys.failing).toBe(false), SOON)
  expect(service.log.lines('auth.reloaded')).toMatchObject([{ added: 0, removed: 0, count: 1 }])
})

test('row 13: a half-written file is not taken over', async () => {
  const [first, second] = [generateApiKey('prod'), generateApiKey('prod')]
  const file = withKeyFile(`${first}\n`)
  const service = await start({ apiKeyFile: file })

  // A writer that is slow: the file rests, yet its last line has no end.
  writeFileSync(file, `${first}\n${second.slice(0, 20)}`)
  await sleep(500)
  expect(service.app.apiKeys.count).toBe(1)
  writeFileSync(file, `${first}\n${second}\n`)
  await vi.waitFor(() => expect(service.app.apiKeys.count).toBe(2), SOON)
  expect(service.log.lines('auth.reload_failed')).toEqual([])

  // A writer that died.
  writeFileSync(file, `${first}\n${second}\n${generateApiKey('prod').slice(0, 30)}`)
  await expectFailure(service, 'API key file is half written')
  expect(service.app.apiKeys.count).toBe(2)
  expect(await statusWith(service.app, second)).toBe(200)
})

test('a file that is touched, or whose folder vanishes, changes nothing', async () => {
  const file = withKeyFile(`${A}\n`)
  const service = await start({ apiKeyFile: file })
  utimesSync(file, 1, 1)
  await sleep(900)
  expect(service.app.apiKeys).toMatchObject({ reloads: 0, failedReloads: 0 })
  rmSync(dirname(file), { recursive: true })
  await expectFailure(service, 'API key file not found')
  await expectKeys(service, [A])
})

test('a weak key in a changed file is warned of', async () => {
  const file = withKeyFile(`${A}\n`)
  const service = await start({ apiKeyFile: file })
  writeFileSync(file, 'weak\n')
  await vi.waitFor(() => expect(service.log.lines('auth.short_keys')).toMatchObject([{ count: 1 }]), SOON)
})

test('the watch ends with the service', async () => {
  const file = withKeyFile(`${A}\n`)
  const { app, log } = await start({ apiKeyFile: file })
  await app.close()
  writeFileSync(file, `${B}\n`)
  await sleep(900)
  expect(log.lines('auth.reloaded')).toEqual([])
})
