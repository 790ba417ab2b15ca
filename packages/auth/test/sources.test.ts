import { execFileSync } from 'node:child_process'
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@chapkit/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { KEY, start, statusWith, withKeyFile } from './service.ts'

const OTHER = 'sk_test_fedcba9876543210'

beforeEach(() => {
  vi.stubEnv('CHAPKIT_API_KEYS', undefined)
  vi.stubEnv('CHAPKIT_API_KEY_FILE', undefined)
  return () => vi.unstubAllEnvs()
})

const NO_KEYS =
  'No API keys configured. Set CHAPKIT_API_KEYS to keys separated by commas, or CHAPKIT_API_KEY_FILE to the path of a file ' +
  'with one key a line, or give withAuth() an apiKeyFile (apiKeys for development only).'

test('without keys anywhere the start fails and says what to do', async () => {
  await expect(start()).rejects.toThrow(NO_KEYS)
  await expect(start()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_NO_API_KEYS' })
})

const variables: [value: string, valid: string[], wrong: string[]][] = [
  [`${KEY},${OTHER}`, [KEY, OTHER], [`${KEY},${OTHER}`, 'x']],
  [`  ${KEY} ,  ${OTHER}  `, [KEY, OTHER], []],
  [`,,${KEY},, ,`, [KEY], []],
  [`${KEY},${KEY}`, [KEY], []],
  [`${KEY}\n${OTHER}`, [], [KEY, OTHER]],
  [`${KEY};${OTHER}`, [`${KEY};${OTHER}`], [KEY]],
  [`"${KEY}"`, [`"${KEY}"`], [KEY]],
  [`#no,${KEY}`, ['#no', KEY], []],
  ['a', ['a'], ['b', 'A']],
]
test.for(variables)('the variable %j holds the keys %j', async ([value, valid, wrong]) => {
  vi.stubEnv('CHAPKIT_API_KEYS', value)
  const { app, log } = await start()
  for (const key of valid) expect(await statusWith(app, key)).toBe(200)
  for (const key of wrong) expect(await statusWith(app, key)).toBe(401)
  expect(log.lines('auth.loaded_from_env')).toMatchObject([
    { level: 'info', count: Math.max(1, valid.length), env_var: 'CHAPKIT_API_KEYS' },
  ])
})

test('an empty variable is as none; one without a key in it has an error of its own', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', '')
  await expect(start()).rejects.toThrow(NO_KEYS)
  vi.stubEnv('CHAPKIT_API_KEYS', ' , ')
  await expect(start()).rejects.toThrow(
    'No API keys found in CHAPKIT_API_KEYS. Separate them by commas: key1,key2',
  )
  await expect(start()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_NO_API_KEYS' })
})

test('another variable is read instead, and the usual one is no fallback', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', OTHER)
  vi.stubEnv('MY_KEYS', KEY)
  const { app, log } = await start({ envVar: 'MY_KEYS' })
  expect(await statusWith(app, KEY)).toBe(200)
  expect(await statusWith(app, OTHER)).toBe(401)
  expect(log.lines('auth.loaded_from_env')).toMatchObject([{ count: 1, env_var: 'MY_KEYS' }])

  vi.stubEnv('MY_KEYS', undefined)
  await expect(start({ envVar: 'MY_KEYS' })).rejects.toThrow('No API keys configured. Set MY_KEYS to keys')
})

const files: [name: string, text: string, keys: string[]][] = [
  ['two lines', `${KEY}\n${OTHER}\n`, [KEY, OTHER]],
  ['no last line end', `${KEY}\n${OTHER}`, [KEY, OTHER]],
  ['CRLF', `${KEY}\r\n${OTHER}\r\n`, [KEY, OTHER]],
  ['a byte order mark', `\uFEFF${KEY}\n${OTHER}\n`, [KEY, OTHER]],
  ['a byte order mark before a comment', `\uFEFF# keys\n${KEY}\n`, [KEY]],
  ['comments, blank lines and spaces', `# Production\n\n  # more\n\t${KEY} \n   \n${OTHER}\n`, [KEY, OTHER]],
  ['a key twice', `${KEY}\n${KEY}\n`, [KEY]],
  ['a # inside of a key', 'abc#0123456789012\n', ['abc#0123456789012']],
]
test.for(files)('a file with %s holds its keys', async ([, text, keys]) => {
  const file = withKeyFile(text)
  const { app, log } = await start({ apiKeyFile: file })
  for (const key of keys) expect(await statusWith(app, key)).toBe(200)
  expect(await statusWith(app, '# keys')).toBe(401)
  expect(log.lines('auth.loaded_from_file')).toMatchObject([{ level: 'info', count: keys.length, file }])
})

test('files of no use fail the start, each with a sentence of its own and without a fallback', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', KEY)
  const folder = temporaryFolder()
  const missing = join(folder, 'missing.txt')
  const below = join(withKeyFile('x'), 'below')
  const latin1 = withKeyFile(Buffer.from('clé-aaaaaaaa\n', 'latin1'))
  const empty = withKeyFile('')
  const comments = withKeyFile('# a\n# b\n')
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const huge = withKeyFile(KEY)
  truncateSync(huge, 64 * 1024 * 1024 + 1)
  const wrong: [file: string, message: string, code: string][] = [
    [pipe, `API key file is a pipe or a device: ${pipe}. Name a file`, 'CHAPKIT_ERR_API_KEY_FILE'],
    [huge, `API key file is larger than 64 MiB: ${huge}. Write one key a line`, 'CHAPKIT_ERR_API_KEY_FILE'],
    [missing, `API key file not found: ${missing}`, 'CHAPKIT_ERR_API_KEY_FILE'],
    [below, `API key file not found: ${below}`, 'CHAPKIT_ERR_API_KEY_FILE'],
    [
      'nowhere/keys.txt',
      `not found: nowhere/keys.txt (in ${process.cwd()}; give an absolute path)`,
      'CHAPKIT_ERR_API_KEY_FILE',
    ],
    [folder, `API key file is a folder: ${folder}. Name the file in it.`, 'CHAPKIT_ERR_API_KEY_FILE'],
    [
      'x'.repeat(300),
      `API key file cannot be read: ${'x'.repeat(300)} (ENAMETOOLONG).`,
      'CHAPKIT_ERR_API_KEY_FILE',
    ],
    [
      latin1,
      `API key file is not UTF-8 text: ${latin1}. Save it as UTF-8, one key a line.`,
      'CHAPKIT_ERR_API_KEY_FILE',
    ],
    [empty, `No API keys configured. The API key file ${empty} holds none`, 'CHAPKIT_ERR_NO_API_KEYS'],
    [comments, `No API keys configured. The API key file ${comments} holds none`, 'CHAPKIT_ERR_NO_API_KEYS'],
  ]
  for (const [apiKeyFile, message, code] of wrong) {
    await expect(start({ apiKeyFile })).rejects.toThrow(message)
    await expect(start({ apiKeyFile })).rejects.toMatchObject({ code })
  }
})

test('the order is apiKeys, apiKeyFile, CHAPKIT_API_KEY_FILE, then the variable', async () => {
  const all = ['direct', 'file', 'mounted', 'variable'].map((name) => `${name}-0123456789`)
  const [direct = '', file = '', mounted = '', variable = ''] = all
  const options = { apiKeys: [direct], apiKeyFile: withKeyFile(file) }
  vi.stubEnv('CHAPKIT_API_KEY_FILE', withKeyFile(mounted))
  vi.stubEnv('CHAPKIT_API_KEYS', variable)
  const validIn = async (given: Parameters<typeof start>[0]) => {
    const { app } = await start(given)
    const statuses = await Promise.all(all.map((key) => statusWith(app, key)))
    return all.filter((_, index) => statuses[index] === 200)
  }
  expect(await validIn(options)).toEqual([direct])
  expect(await validIn({ apiKeyFile: options.apiKeyFile })).toEqual([file])
  expect(await validIn({ apiKeys: undefined, apiKeyFile: undefined })).toEqual([mounted])
  expect(await validIn({ envVar: 'CHAPKIT_API_KEYS' })).toEqual([mounted])
  vi.stubEnv('CHAPKIT_API_KEY_FILE', '')
  expect(await validIn({})).toEqual([variable])
})

test('CHAPKIT_API_KEY_FILE alone is enough, and fails the start when its file is missing', async () => {
  const file = withKeyFile(KEY)
  vi.stubEnv('CHAPKIT_API_KEY_FILE', file)
  const { app, log } = await start()
  expect(await statusWith(app, KEY)).toBe(200)
  expect(log.lines('auth.loaded_from_file')).toMatchObject([{ count: 1, file }])

  vi.stubEnv('CHAPKIT_API_KEY_FILE', '/nowhere/api_keys')
  await expect(start()).rejects.toThrow('API key file not found: /nowhere/api_keys')
})

test('direct keys are trimmed, merged, counted and warned of', async () => {
  const { app, log } = await start({ apiKeys: [KEY, ' padded-0123456789 ', '', '  ', KEY] })
  expect(await statusWith(app, 'padded-0123456789')).toBe(200)
  expect(log.lines('auth.direct_keys')).toMatchObject([
    { level: 'warning', count: 2, message: 'Using direct API keys - not recommended for production' },
  ])
})

test('direct keys of which none is left fail the call', () => {
  return expect(start({ apiKeys: ['', ' '] })).rejects.toThrow(
    'No API keys configured. apiKeys of withAuth() holds none',
  )
})

test('keys of under 16 characters, and outside of ASCII, get one warning each', async () => {
  const { log } = await start({
    apiKeys: ['a', 'b', '0123456789abcde', '0123456789abcdef', 'clé-0123456789012', `${KEY}\n${KEY}`],
  })
  expect(log.lines('auth.short_keys')).toMatchObject([{ level: 'warning', count: 3 }])
  expect(log.lines('auth.non_ascii_keys')).toMatchObject([{ level: 'warning', count: 2 }])
  const { log: clean } = await start({ apiKeys: [KEY] })
  expect(clean.lines().map(({ event }) => event)).toEqual(['auth.direct_keys'])
})

test('unknown and wrong options name what there is', async () => {
  const wrong: [options: object, message: string][] = [
    [
      { keys: [] },
      "withAuth(): unknown option 'keys'. Options: store, apiKeys, apiKeyFile, envVar, headerName, unauthenticatedPaths, failureLimit.",
    ],
    [{ apiKeys: KEY }, "withAuth(): option 'apiKeys' must be array"],
    [{ apiKeys: [1] }, "withAuth(): option 'apiKeys.0' must be string"],
    [{ apiKeyFile: '' }, "withAuth(): option 'apiKeyFile' must not have fewer than 1 characters"],
    [{ envVar: '' }, "withAuth(): option 'envVar' must not have fewer than 1 characters"],
    [
      { headerName: 'X API Key' },
      "withAuth(): option 'headerName' must be the name of a header of its own, such as 'X-API-Key' (got 'X API Key')",
    ],
    [{ headerName: 'Cookie' }, "option 'headerName' must be the name of a header of its own"],
    [
      { unauthenticatedPaths: ['health'] },
      "option 'unauthenticatedPaths.0' must be a path that starts with '/', without a query (got 'health')",
    ],
  ]
  for (const [options, message] of wrong) {
    await expect(start(options)).rejects.toThrow(message)
    await expect(start(options)).rejects.toMatchObject({ code: 'CHAPKIT_ERR_INVALID_OPTION' })
  }
})
