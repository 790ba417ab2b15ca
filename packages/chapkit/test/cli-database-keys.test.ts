import { fileURLToPath } from 'node:url'
import { captureLog, closing, databaseUrl, runProcess } from '@chapkit/testing'
import { databaseKeys, ServiceBuilder } from 'chapkit'
import { describe, expect, test, vi } from 'vitest'

// Some start eight processes, each of which loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const bin = fileURLToPath(new URL('../bin/chapkit.js', import.meta.url))
const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** Runs `chapkit keys …` with this on its standard input. */
function keys(args: readonly string[], input = '') {
  const command = [process.execPath, bin, 'keys', ...args] as const
  return runProcess(['bash', '-c', 'printf %s "$INPUT" | "$@"', 'bash', ...command], {
    cwd: new URL('..', import.meta.url),
    env: { INPUT: input },
  })
}

describe.each(['file', 'postgres'] as const)('chapkit keys --database on %s', (kind) => {
  test('generate, list, verify, rotate and revoke, and a service that runs meanwhile', async () => {
    const url = await databaseUrl(kind)
    const place = ['--database', url]
    const scope = ['--scope', 'keys:admin', 'things:*']
    const made = await keys(['generate', '--env', 'prod', '--name', 'admin', ...scope, ...place])
    expect(made.code).toBe(0)
    expect(made.stderr).toMatch(/^Added the key '[0-7][0-9A-Z]{25}' to the database\.$/m)
    const [key, id] = [made.stdout.trim(), /'([0-7][0-9A-Z]{25})'/.exec(made.stderr)?.[1] ?? '']
    expect(key).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)

    const { stream } = captureLog()
    const app = closing(
      new ServiceBuilder({ displayName: 'Test' }, { logStream: stream })
        .withDatabase(url)
        .withAuth({ store: databaseKeys() })
        .withKeysApi()
        .build(),
    )
    const status = async (sent: string, url = '/api/v1/keys') =>
      (await app.inject({ url, headers: { 'x-api-key': sent } })).statusCode
    expect(await status(key)).toBe(200)

    const list = await keys(['list', ...place])
    expect(list.stdout).toContain(`${id}  admin  keys:admin things:*`)
    expect(list.stdout).not.toContain(key.slice(8))
    expect(await keys(['verify', ...place], key)).toMatchObject({ code: 0, stderr: '' })

    const rotated = await keys(['rotate', id, '--overlap', '1h', ...place])
    expect(rotated).toMatchObject({ code: 0 })
    const heir = rotated.stdout.trim()
    await expect.poll(() => status(heir), { timeout: 20_000 }).toBe(200)
    expect(await status(key)).toBe(200)

    expect(await keys(['revoke', id, ...place])).toMatchObject({ code: 0, stdout: '' })
    await expect.poll(() => status(key), { timeout: 20_000 }).toBe(401)
    expect(await status(heir)).toBe(200)
    const refused = await keys(['verify', ...place], key)
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('The key is revoked.')])

    const again = await keys(['rotate', id, ...place])
    expect([again.code, again.stderr]).toEqual([
      2,
      `chapkit: '${id}' was revoked, and stays so; make a new key.\n`,
    ])
    const twin = await keys(['generate', '--env', 'dev', '--id', id, ...place])
    expect([twin.code, twin.stdout, twin.stderr]).toEqual([
      2,
      '',
      `chapkit: --id: there is a key '${id}' already. Take another id.\n`,
    ])
  })
})

test.each([
  [['list', '--database', 'sqlite::memory:'], 'a database in memory is gone when the command ends'],
  [['list', '--database', 'mysql://x'], "'mysql:' is no database that chapkit knows"],
  [['list', '--database', 'sqlite:x.db', '--file', 'x.json'], 'give either --file or --database'],
  [['list', '--database', 'postgres://u:hunter2@127.0.0.1:1/x'], 'The database does not answer'],
  [['list'], 'say where the keys are, with --file FILE or --database URL'],
])('%s is refused', async (args, sentence) => {
  const { code, stdout, stderr } = await keys(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(sentence)
  expect(stderr).not.toContain('hunter2')
})

test('ids of a database are ULIDs', async () => {
  const place = ['--database', await databaseUrl('file')]
  const made = await keys(['generate', '--env', 'dev', '--id', 'billing', ...place])
  expect([made.code, made.stdout]).toEqual([2, ''])
  expect(made.stderr).toContain('ids in a database are ULIDs')
  for (const id of [UNKNOWN, 'billing']) {
    const { code, stderr } = await keys(['revoke', id, ...place])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('There is no key with this id in the database'),
    ])
  }
})
