import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashApiKey, type KeyFileEntry } from '@chapkit/auth'
import { captureLog, closing, runProcess, temporaryFolder } from '@chapkit/testing'
import { generateApiKey, ServiceBuilder } from 'chapkit'
import { expect, test, vi } from 'vitest'

// Some start eight processes, each of which loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const bin = fileURLToPath(new URL('../bin/chapkit.js', import.meta.url))
const DAY = 86_400_000
const info = { displayName: 'Test' }
const KEY = generateApiKey('prod')
const ENTRY = { id: 'one', hash: hashApiKey(KEY) }
const MISTYPED = KEY.slice(0, 12) + (KEY[12] === 'x' ? 'y' : 'x') + KEY.slice(13)

/** Runs `chapkit keys …` with this on its standard input. */
function keys(args: readonly string[], input = '') {
  const command = [process.execPath, bin, 'keys', ...args] as const
  return runProcess(['bash', '-c', 'printf %s "$INPUT" | "$@"', 'bash', ...command], {
    cwd: new URL('..', import.meta.url),
    env: { INPUT: input },
  })
}

const newFile = () => join(temporaryFolder(), 'keys.json')

function fileWith(...entries: object[]): string {
  const file = newFile()
  writeFileSync(file, JSON.stringify({ keys: entries }))
  return file
}

function entriesOf(file: string): KeyFileEntry[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { keys: KeyFileEntry[] }).keys
}

/** Milliseconds from now until a time. */
const fromNow = (time: string | undefined) => Date.parse(time ?? '') - Date.now()

test('generate prints a key, and nothing else on standard output', async () => {
  const { code, stdout, stderr } = await keys(['generate', '--env', 'prod'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^sk_prod_[0-9A-Za-z]{38}\n$/)
  expect(stderr).toContain(`Its hash, for a key file: ${hashApiKey(stdout.trim())}\n`)
  expect(stderr).not.toContain(stdout.trim())
})

test('generate adds the hash to a new file, which its owner alone may read, and a service accepts the key', async () => {
  const file = newFile()
  const args = ['generate', '--env', 'staging', '--file', file, '--name', 'Billing', '--rate', '100/m']
  const more = ['--scope', 'configs:read', '--scope', 'artifacts:*', '--expires', '90d']
  const { code, stdout, stderr } = await keys([...args, ...more, '--allow-from', '10.0.0.0/8', '::1'])
  expect(code).toBe(0)
  const [entry, ...others] = entriesOf(file)
  expect(others).toEqual([])
  expect(entry).toEqual({
    id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
    name: 'Billing',
    hash: hashApiKey(stdout.trim()),
    prefix: 'sk_staging_',
    scopes: ['configs:read', 'artifacts:*'],
    expires_at: expect.any(String),
    rate_limit: '100/m',
    allow_from: ['10.0.0.0/8', '::1'],
  })
  expect(Math.abs(fromNow(entry?.expires_at) - 90 * DAY)).toBeLessThan(DAY / 24)
  expect(stderr).toContain(`Added the key '${entry?.id}' to ${file}.\n`)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(file, '..'))).toEqual(['keys.json'])

  const plain = await keys(['generate', '--env', 'dev', '--file', file, '--id', 'all'])
  const app = closing(
    new ServiceBuilder(info, { logStream: captureLog().stream }).withAuth({ apiKeyFile: file }).build(),
  )
  const { statusCode } = await app.inject({
    url: '/api/v1/none',
    headers: { 'x-api-key': plain.stdout.trim() },
  })
  expect(statusCode).toBe(404)
  expect((await app.inject('/api/v1/none')).statusCode).toBe(401)
})

test('eight commands at once add eight keys', async () => {
  const file = newFile()
  const ids = Array.from({ length: 8 }, (_, at) => `key-number-${at}`)
  const all = await Promise.all(
    ids.map((id) => keys(['generate', '--env', 'prod', '--id', id, '--file', file])),
  )
  expect(all.filter(({ code }) => code !== 0)).toEqual([])
  expect(
    entriesOf(file)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(ids.toSorted())
  const hashes = new Set(entriesOf(file).map(({ hash }) => hash))
  expect(all.filter(({ stdout }) => !hashes.has(hashApiKey(stdout.trim())))).toEqual([])
  expect(readdirSync(join(file, '..'))).toEqual(['keys.json'])
})

test('a lock that a dead command left is removed, and one of a living command is waited for', async () => {
  const file = fileWith(ENTRY)
  const lock = `${file}.lock`
  // No process has this number: it is above what Linux gives.
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: 2 ** 30, token: 'a' }))
  expect(await keys(['generate', '--env', 'prod', '--file', file])).toMatchObject({ code: 0 })
  expect(existsSync(lock)).toBe(false)

  // Of another machine, and old.
  writeFileSync(lock, JSON.stringify({ host: 'elsewhere', pid: process.pid, token: 'a' }))
  utimesSync(lock, 1, 1)
  expect(await keys(['generate', '--env', 'prod', '--file', file])).toMatchObject({ code: 0 })
  expect(entriesOf(file)).toHaveLength(3)

  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: process.pid, token: 'a' }))
  const { code, stdout, stderr } = await keys(['revoke', 'one', '--file', file])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`${lock} says that another command is at work.`)
  expect(entriesOf(file)).toHaveLength(3)
})

test('a file keeps its permissions and its owner, and a symlink its target', async () => {
  const file = fileWith(ENTRY)
  chmodSync(file, 0o640)
  if (process.getuid?.() === 0) chownSync(file, 1000, 1000)
  const { uid, gid } = statSync(file)
  const folder = join(temporaryFolder(), 'links')
  mkdirSync(folder)
  symlinkSync(file, join(folder, 'link.json'))
  expect(await keys(['generate', '--env', 'prod', '--file', join(folder, 'link.json')])).toMatchObject({
    code: 0,
  })
  expect(readlinkSync(join(folder, 'link.json'))).toBe(file)
  expect(readdirSync(folder)).toEqual(['link.json'])
  expect(entriesOf(file)).toHaveLength(2)
  expect(statSync(file)).toMatchObject({ uid, gid })
  expect(statSync(file).mode & 0o777).toBe(0o640)
})

test('hash takes a key from standard input, or warns', async () => {
  const expected = { code: 0, stdout: `${hashApiKey(KEY)}\n` }
  expect(await keys(['hash'], `${KEY}\n`)).toMatchObject({ ...expected, stderr: '' })
  const argument = await keys(['hash', KEY])
  expect(argument).toMatchObject(expected)
  expect(argument.stderr).toContain('The shell keeps this key in its history')
  const legacy = await keys(['hash'], 'clé-0123456789')
  expect(legacy).toMatchObject({ code: 0, stdout: `${hashApiKey('clé-0123456789')}\n` })
  expect(legacy.stderr).toContain('This is not a generated key.')
})

test('verify tells whether a key is whole', async () => {
  expect(await keys(['verify'], KEY)).toMatchObject({
    code: 0,
    stdout: 'The key is whole: its checksum is right.\n',
    stderr: '',
  })
  expect(await keys(['verify'], MISTYPED)).toMatchObject({
    code: 1,
    stdout: 'The key was mistyped or cut: its checksum is wrong.\n',
  })
  expect(await keys(['verify'], 'legacy')).toMatchObject({
    code: 1,
    stdout: 'The key is not a generated one, so it has no checksum.\n',
  })
})

test('verify tells whether a key is in a file, and valid', async () => {
  const [old, early, legacy] = [generateApiKey('prod'), generateApiKey('prod'), 'legacy-0123456789']
  const file = fileWith(
    {
      ...ENTRY,
      hash: `sha256:${ENTRY.hash.slice(7).toUpperCase()}`,
      name: 'Billing',
      scopes: ['configs:read'],
    },
    { id: 'old', key: old, expires_at: '2020-01-01' },
    { id: 'early', key: early, not_before: '2199-01-01' },
    { id: 'legacy', key: ` ${legacy} `, rate_limit: '5/s' },
  )
  const verify = (key: string) => keys(['verify', '--file', file], key)
  const good = await verify(KEY)
  expect(good.code).toBe(0)
  expect(good.stdout).toBe(
    'ID   NAME     SCOPES        LIMIT  STATE  EXPIRES\none  Billing  configs:read  -      valid  never\n',
  )
  expect((await verify(legacy)).stdout).toMatch(/^legacy +- +\(all\) +5\/s +valid +never$/m)
  const expired = await verify(old)
  expect(expired.code).toBe(1)
  expect(expired.stdout).toMatch(/^old .* expired +2020-01-01T00:00:00.000Z\nThe key is expired\.$/m)
  expect(await verify(early)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('The key is not yet valid.'),
  })
  expect(await verify(generateApiKey('prod'))).toMatchObject({
    code: 1,
    stdout: `The key is not in ${file}.\n`,
  })
})

test('list shows the keys of a file, whatever its form, and never what they are', async () => {
  const plain = join(temporaryFolder(), 'keys.txt')
  writeFileSync(plain, `# keys\n${KEY}\nlegacy-0123456789\n${KEY}\n`)
  const { code, stdout, stderr } = await keys(['list', '--file', plain])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(
    'ID     NAME  SCOPES  LIMIT  STATE  EXPIRES\nkey-1  -     (all)   -      valid  never\nkey-2  -     (all)   -      valid  never\n',
  )
  expect((await keys(['list', '--file', fileWith()])).stdout).toBe(
    'ID  NAME  SCOPES  LIMIT  STATE  EXPIRES\n',
  )
})

test('rotate makes a key that may do the same, and lets the old one end after the overlap', async () => {
  const details = { name: 'Billing', scopes: ['configs:read'], rate_limit: '5/s', allow_from: ['::1'] }
  const file = fileWith({ ...ENTRY, prefix: 'sk_prod_', ...details, not_before: '2020-01-01' })
  const { code, stdout, stderr } = await keys(['rotate', 'one', '--file', file])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^sk_prod_[0-9A-Za-z]{38}\n$/)
  const [old, made] = entriesOf(file)
  expect(made).toEqual({ ...details, id: made?.id, hash: hashApiKey(stdout.trim()), prefix: 'sk_prod_' })
  expect(Math.abs(fromNow(old?.expires_at) - 7 * DAY)).toBeLessThan(DAY / 24)
  expect(stderr).toContain(
    `Added the key '${made?.id}' to ${file}; 'one' ends at ${old?.expires_at} at the latest.`,
  )

  const now = await keys(['rotate', String(made?.id), '--file', file, '--overlap', '0s', '--id', 'two'])
  expect(now.code).toBe(0)
  expect(entriesOf(file).map(({ id }) => id)).toEqual(['one', made?.id, 'two'])
  expect(fromNow(entriesOf(file)[1]?.expires_at)).toBeLessThan(1)
})

test('rotate makes no key live longer than it was to', async () => {
  const text = generateApiKey('dev')
  const [soon, later] = [new Date(Date.now() + DAY).toISOString(), '2199-01-01T00:00:00.000Z']
  const file = fileWith({ id: 'soon', key: text, expires_at: soon }, { ...ENTRY, expires_at: '2020-01-01' })
  // Its own text tells the environment.
  const first = await keys(['rotate', 'soon', '--file', file])
  expect(first.stdout).toMatch(/^sk_dev_/)
  expect(entriesOf(file)[0]).toEqual({ id: 'soon', key: text, expires_at: soon })
  expect(entriesOf(file)[2]?.expires_at).toBe(soon)

  const expired = await keys(['rotate', 'one', '--file', file, '--env', 'prod'])
  expect(expired).toMatchObject({ code: 2, stdout: '' })
  expect(expired.stderr).toContain("'one' has expired; say until when the new key is valid, with --expires.")
  const unknown = await keys(['rotate', 'one', '--file', file, '--expires', '2199-01-01'])
  expect(unknown.stderr).toContain("nothing tells the environment of 'one'; say it, with --env NAME.")
  expect(entriesOf(file)).toHaveLength(3)
  const renewed = await keys(['rotate', 'one', '--file', file, '--env', 'prod', '--expires', '2199-01-01'])
  expect(renewed.code).toBe(0)
  expect(entriesOf(file)[1]?.expires_at).toBe('2020-01-01')
  expect(entriesOf(file)[3]?.expires_at).toBe(later)
})

test('revoke takes a key out; the last one stays as expired, since a service keeps its keys when a file has none', async () => {
  const file = fileWith(ENTRY, { id: 'two', key: generateApiKey('prod') })
  expect(await keys(['revoke', 'two', '--file', file])).toMatchObject({ code: 0, stdout: '' })
  expect(entriesOf(file)).toEqual([ENTRY])
  expect(await keys(['revoke', 'one', '--file', file])).toMatchObject({ code: 0 })
  expect(entriesOf(file)).toMatchObject([ENTRY])
  expect(fromNow(entriesOf(file)[0]?.expires_at)).toBeLessThan(1)
  expect((await keys(['list', '--file', file])).stdout).toMatch(/^one .* expired /m)
})

/** A folder with files that can and cannot be used. */
function folderOfFiles(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'keys.txt'), `${KEY}\n`)
  writeFileSync(join(folder, 'wrong.json'), '{ "keys": [\n  { "id": "one", "hash": "sha256:?" }\n] }')
  writeFileSync(join(folder, 'good.json'), JSON.stringify({ keys: [ENTRY] }))
  symlinkSync(join(folder, 'missing.json'), join(folder, 'dangling.json'))
  return folder
}

const GENERATE = ['generate', '--env', 'prod']
test.each<[fault: string, args: string[], sentence: string, input?: string]>([
  ['no environment', ['generate'], '--env must be 1 to 32 letters and digits, such as prod, staging or dev.'],
  ['a wrong environment', ['generate', '--env', 'pre-prod'], '--env must be 1 to 32 letters and digits'],
  ['a wrong id', [...GENERATE, '--id', 'a b'], '--id must be 1 to 64 letters, digits, dots, dashes'],
  ['a key for an id', [...GENERATE, '--id', KEY], '--id must be 1 to 64 letters'],
  [
    'a key in a name',
    [...GENERATE, '--name', `for ${KEY}`],
    '--name must be 1 to 100 characters that can be seen',
  ],
  ['a wrong scope', [...GENERATE, '--scope', 'configs'], "--scope must be a scope such as 'configs:read'"],
  ['a wrong limit', [...GENERATE, '--rate', 'much'], '--rate must be a number of requests'],
  ['a wrong network', [...GENERATE, '--allow-from', 'home'], '--allow-from must be an address or a network'],
  [
    'a wrong time',
    [...GENERATE, '--expires', 'soon'],
    "--expires must be a time such as '90d' or '12h', a date, or",
  ],
  ['a past time', [...GENERATE, '--expires', '2020-01-01'], '--expires is in the past'],
  ['no time at all', [...GENERATE, '--expires', '0d'], '--expires is in the past'],
  [
    'an id twice',
    [...GENERATE, '--id', 'one', '--file', '%/good.json'],
    "--id: there is a key 'one' already.",
  ],
  [
    'a plain file',
    [...GENERATE, '--file', '%/keys.txt'],
    `%/keys.txt holds one key a line, and such a file is edited by hand.`,
  ],
  ['a wrong file', [...GENERATE, '--file', '%/wrong.json'], `%/wrong.json, line 2: 'hash' must be`],
  [
    'a link to nothing',
    [...GENERATE, '--file', '%/dangling.json'],
    `%/dangling.json is a symbolic link to nothing.`,
  ],
  ['no folder', [...GENERATE, '--file', '%/missing/x'], `there is no folder '%/missing'. Make it first.`],
  ['a folder', [...GENERATE, '--file', '%'], `API key file is a folder: %.`],
  [
    'an unknown id',
    ['revoke', 'two', '--file', '%/good.json'],
    `%/good.json: there is no key with this id; \`chapkit keys list`,
  ],
  ['a key for the id', ['rotate', KEY, '--file', '%/good.json'], 'there is no key with this id'],
  [
    'a wrong overlap',
    ['rotate', 'one', '--file', '%/good.json', '--overlap', 'week'],
    "--overlap must be a time such as '7d'",
  ],
  ['no file to list', ['list'], 'keys list: say where the keys are, with --file FILE or --database URL.'],
  [
    'no file to rotate',
    ['rotate', 'one'],
    'keys rotate: say where the keys are, with --file FILE or --database URL.',
  ],
  [
    'no file to revoke',
    ['revoke', 'one'],
    'keys revoke: say where the keys are, with --file FILE or --database URL.',
  ],
  ['a missing file', ['list', '--file', '%/missing.json'], `API key file not found: %/missing.json`],
  ['a missing file to rotate in', ['rotate', 'one', '--file', '%/missing.json'], 'API key file not found'],
  ['a missing file to verify', ['verify', '--file', '%/missing.json'], 'API key file not found', KEY],
  ['nothing to hash', ['hash'], 'keys hash: standard input holds no key.', ' \n'],
  [
    'two keys to hash',
    ['hash'],
    'keys hash: standard input holds more than one line; give one key.',
    `${KEY}\n${KEY}`,
  ],
  ['a mistyped key to hash', ['hash'], 'the key was mistyped or cut: its checksum is wrong', MISTYPED],
  ['a mistyped key as argument', ['hash', MISTYPED], 'the key was mistyped or cut'],
  ['nothing to verify', ['verify'], 'keys verify: standard input holds no key.'],
  ['a key for a command', [KEY], "error: unknown command '***'"],
  ['a key too many', ['verify', KEY], 'too many arguments'],
])('%s is told in a sentence, without a key', async (_fault, args, sentence, input = '') => {
  const folder = folderOfFiles()
  const { code, stdout, stderr } = await keys(
    args.map((arg) => arg.replace('%', folder)),
    input,
  )
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(sentence.replaceAll('%', folder))
  expect(stderr).not.toMatch(/^ +at /m)
  for (const key of [KEY, MISTYPED]) expect(stderr).not.toContain(key)
  expect(readFileSync(join(folder, 'good.json'), 'utf8')).toBe(JSON.stringify({ keys: [ENTRY] }))
})

test('help tells the exit codes', async () => {
  const { code, stdout } = await keys(['generate', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('Exit codes: 0 done')
})
