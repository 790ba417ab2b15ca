import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { API_KEY_PATTERN, fileKeys, hashApiKey, isApiKeyHash } from '@chapkit/auth'
import { closing, runProcess, temporaryFolder } from '@chapkit/testing'
import { generateApiKey } from 'chapkit'
import { expect, test, vi } from 'vitest'
import * as stores from '../../snippets/keys/stores.ts'
import { readText, root, snippetText } from '../helpers/pages.ts'

// Each command loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const example = readText('docs/snippets/keys/keys.json')

/** Runs a command of snippets/keys/commands.sh. */
async function run(region: string, cwd: string) {
  const command = (snippetText({ file: 'docs/snippets/keys/commands.sh', region }) ?? '').replace(
    'npx chapkit',
    `node '${root}packages/chapkit/bin/chapkit.js'`,
  )
  return runProcess(['bash', '-euc', command], { cwd })
}

test('snippets/keys/commands.sh: a key is made, found, rotated and revoked', async () => {
  const cwd = temporaryFolder()
  const entries = () =>
    (JSON.parse(readFileSync(join(cwd, 'keys.json'), 'utf8')) as { keys: { id: string }[] }).keys
  expect((await run('generate', cwd)).stdout).toMatch(/^sk_prod_\w{38}\n$/)

  const { stdout: key } = await run('file', cwd)
  expect(key).toMatch(/^sk_prod_\w{38}\n$/)
  writeFileSync(join(cwd, 'key.txt'), key)
  expect(await run('hash', cwd)).toMatchObject({ code: 0, stdout: `${hashApiKey(key.trim())}\n` })
  expect((await run('verify', cwd)).stdout).toMatch(
    /^billing +Billing +configs:read +100\/m +valid +2\d{3}-/m,
  )

  expect((await run('rotate', cwd)).stdout).toMatch(/^sk_prod_\w{38}\n$/)
  expect(entries()).toHaveLength(2)
  expect(await run('revoke', cwd)).toMatchObject({ code: 0, stdout: '' })
  expect(entries().map(({ id }) => id)).not.toContain('billing')
  expect(await run('verify', cwd)).toMatchObject({ code: 1, stdout: 'The key is not in keys.json.\n' })
})

test('snippets/keys/answers/list.txt and snippets/keys/answers/fault.txt: what the commands print of snippets/keys/keys.json', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'keys.json'), example)
  expect(await run('list', cwd)).toMatchObject({
    code: 0,
    stdout: readText('docs/snippets/keys/answers/list.txt'),
  })
  const wrong = JSON.stringify(
    { keys: [{ id: 'a', hash: hashApiKey('a'), name: 'A', expires_at: 'soon' }] },
    null,
    2,
  )
  writeFileSync(join(cwd, 'keys.json'), wrong)
  expect(await run('list', cwd)).toMatchObject({
    code: 2,
    stderr: readText('docs/snippets/keys/answers/fault.txt'),
  })
})

test('snippets/keys/keys.json is a key file, and the page has each of its properties', async () => {
  const file = join(temporaryFolder(), 'keys.json')
  writeFileSync(file, example)
  const { keys } = await fileKeys(file).open({ env: {}, app: {} })
  expect([...keys.byDigest.values()].map(({ id }) => id).toSorted()).toEqual(['billing', 'old-client'])
  const entries = (JSON.parse(example) as { keys: { hash?: string }[] }).keys
  expect(entries.every(({ hash }) => hash === undefined || isApiKeyHash(hash))).toBe(true)
  const shown = new Set(entries.flatMap((entry) => Object.keys(entry)))
  const rows = [...readText('docs/guide/keys.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  expect(rows.toSorted()).toEqual([...shown].toSorted())
})

test('snippets/keys/gitleaks.toml has the published expression', () => {
  const [, regex = ''] = /regex = '''(.*)'''/.exec(readText('docs/snippets/keys/gitleaks.toml')) ?? []
  expect(regex).toBe(API_KEY_PATTERN)
  expect(generateApiKey('prod')).toMatch(new RegExp(regex))
})

test('snippets/keys/stores.ts: each says where its keys come from', async () => {
  vi.stubEnv('MY_KEYS', 'sk_dev_0123456789abcdef')
  const app = closing(stores.fromVariable.build())
  await app.ready()
  expect(app.apiKeys.count).toBe(1)
  vi.unstubAllEnvs()
  for (const service of [stores.file, stores.fromFile]) {
    await expect(closing(service.build()).ready()).rejects.toThrow('not found: /run/secrets/keys.json')
  }
})
