import { generateApiKey, hashApiKey } from '@chapkit/auth'
import { expect, test } from 'vitest'
import { start, statusWith, withKeyFile } from './service.ts'

const KEY = generateApiKey('prod')
const OTHER = generateApiKey('prod')
const HASH = hashApiKey(OTHER)

/** A key file of JSON, with one line for each of the keys from line 3 on. */
function withEntries(...entries: (object | string)[]): string {
  const lines = entries.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)))
  return withKeyFile(`{\n"keys": [\n${lines.join(',\n')}\n]\n}\n`)
}

/** What the start says of the file. */
async function faultOf(file: string): Promise<{ message: string; code: string }> {
  const error = await start({ apiKeyFile: file }).catch((reason: { message: string; code: string }) => reason)
  if (!('code' in error)) throw new Error('It started.')
  return error
}

test('a file of JSON holds keys by their text and by their hash, with all that is known of them', async () => {
  const file = withEntries(
    { id: 'plain', key: ` ${KEY}\t` },
    {
      id: 'billing',
      name: 'Billing, nightly',
      hash: HASH,
      scopes: ['configs:read', 'artifacts:*'],
      not_before: '2026-01-31',
      expires_at: '2199-12-31T23:59:59+01:00',
      rate_limit: '100/m',
      allow_from: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1'],
    },
  )
  const { app, log } = await start({ apiKeyFile: file })
  expect(await statusWith(app, KEY)).toBe(200)
  expect(await statusWith(app, OTHER)).toBe(200)
  expect(await statusWith(app, HASH)).toBe(401)
  expect(log.lines('auth.loaded_from_file')).toMatchObject([{ level: 'info', count: 2, file }])
  const [billing, plain] = app.apiKeys.keys.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect(plain).toEqual({
    id: 'plain',
    prefix: 'sk_prod',
    subject: expect.stringMatching(/^[\w-]{22}$/),
    notBefore: 0,
    expiresAt: Infinity,
  })
  expect(billing).toMatchObject({
    name: 'Billing, nightly',
    scopes: ['configs:read', 'artifacts:*'],
    notBefore: Date.UTC(2026, 0, 31),
    expiresAt: Date.UTC(2199, 11, 31, 22, 59, 59),
    rateLimit: '100/m',
    allowFrom: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1'],
  })
  const { subject } = billing ?? {}
  expect(subject).not.toBe(plain?.subject)
  expect(Buffer.from(HASH.slice(7), 'hex').toString('base64url')).not.toContain(subject)
})

test('a hash with the beginning of its key shows in the log which key it is', async () => {
  const { app } = await start({
    apiKeyFile: withEntries({ id: 'a', hash: HASH, prefix: 'sk_prod_' }),
  })
  expect(app.apiKeys.keys).toMatchObject([{ id: 'a', prefix: 'sk_prod' }])
})

test('JSON begins after blank lines and a byte order mark, and a hash may have capitals', async () => {
  const hash = `sha256:${HASH.slice(7).toUpperCase()}`
  const { app } = await start({
    apiKeyFile: withKeyFile(`\uFEFF\n\r\n  {"keys":[{"id":"a","hash":"${hash}"}]}`),
  })
  expect(await statusWith(app, OTHER)).toBe(200)
})

test('a file whose keys are all expired is one, and is warned of', async () => {
  const { app, log } = await start({
    apiKeyFile: withEntries(
      { id: 'old', key: KEY, expires_at: '2020-01-01' },
      { id: 'older', hash: HASH, expires_at: '2019-01-01T00:00Z' },
    ),
  })
  expect(app.apiKeys.count).toBe(2)
  expect(log.lines('auth.expired_keys')).toMatchObject([{ level: 'warning', count: 2 }])
})

test('a file of JSON without keys fails the start', async () => {
  const file = withKeyFile('{ "keys": [] }')
  expect(await faultOf(file)).toMatchObject({
    code: 'CHAPKIT_ERR_NO_API_KEYS',
    message: `No API keys configured. The API key file ${file} holds none: make one with \`chapkit keys generate\`.`,
  })
})

const ONE = { id: 'one', key: KEY }
const wrong = KEY.slice(0, -1) + (KEY.endsWith('x') ? 'y' : 'x')

const faults: [what: string, entries: (object | string)[], line: number, sentence: string][] = [
  ['no id', [ONE, { key: OTHER }], 4, "'id' is missing."],
  [
    'an id of spaces',
    [{ ...ONE, id: 'a b' }],
    3,
    "'id' must be 1 to 64 letters, digits, dots, dashes and underscores, and",
  ],
  ['a key for an id', [{ ...ONE, id: OTHER }], 3, "'id' must be 1 to 64 letters, digits"],
  [
    'a key in a name',
    [{ ...ONE, name: `my ${OTHER}` }],
    3,
    "'name' must be 1 to 100 characters that can be seen, and not a key.",
  ],
  ['colours in a name', [{ ...ONE, name: '\u001b[31m' }], 3, "'name' must be 1 to 100 characters"],
  ['an id twice', [ONE, { id: 'one', key: OTHER }], 4, "another key has this 'id', too."],
  ['a key twice', [ONE, { id: 'two', hash: hashApiKey(KEY) }], 4, 'this key is there twice.'],
  ['neither key nor hash', [{ id: 'one' }], 3, "a key needs 'key' or 'hash'."],
  ['both', [ONE, { id: 'two', key: OTHER, hash: HASH }], 4, "a key has 'key' or 'hash', and not both."],
  ['an empty key', [{ id: 'one', key: ' ' }], 3, "'key' must be a key."],
  ['a number for a key', [{ id: 'one', key: 7 }], 3, "'key' must be string."],
  [
    'a key for a hash',
    [{ id: 'one', hash: OTHER }],
    3,
    "'hash' must be 'sha256:' and 64 hexadecimal digits, as `chapkit keys hash` prints it.",
  ],
  ['a whole key for its beginning', [{ id: 'one', hash: HASH, prefix: OTHER }], 3, "'prefix' must be the"],
  ['a short hash', [{ id: 'one', hash: HASH.slice(0, -1) }], 3, "'hash' must be 'sha256:'"],
  [
    'no scopes',
    [{ ...ONE, scopes: [] }],
    3,
    "'scopes' must hold 1 to 100 scopes; leave it out for a key that may do everything.",
  ],
  [
    'a scope that is none',
    [{ ...ONE, scopes: ['a:b', 'configs'] }],
    3,
    "an entry of 'scopes' must be a scope such as 'configs:read', 'configs:*' or '*'.",
  ],
  ['scopes in one text', [{ ...ONE, scopes: 'configs:read' }], 3, "'scopes' must be array."],
  [
    'a date that is none',
    [ONE, { id: 'two', hash: HASH, expires_at: 'tomorrow' }],
    4,
    "'expires_at' must be a time such as '2027-01-31T12:00:00Z', or a date, which begins at midnight UTC.",
  ],
  [
    'the 30th of February',
    [{ ...ONE, not_before: '2026-02-30T00:00:00Z' }],
    3,
    "'not_before' must be a time",
  ],
  [
    'a time without a zone',
    [{ ...ONE, expires_at: '2026-02-03T00:00:00' }],
    3,
    "'expires_at' must be a time",
  ],
  [
    'a time that is in the year 10000 in UTC',
    [{ ...ONE, expires_at: '9999-12-31T23:59:59-01:00' }],
    3,
    "'expires_at' must be a time",
  ],
  ['the year 0', [{ ...ONE, not_before: '0000-12-31' }], 3, "'not_before' must be a time"],
  ['the hour 25', [{ ...ONE, expires_at: '2026-02-03T25:00:00Z' }], 3, "'expires_at' must be a time"],
  ['the 13th month', [{ ...ONE, expires_at: '2026-13-03' }], 3, "'expires_at' must be a time"],
  [
    'a limit that is none',
    [{ ...ONE, rate_limit: '100 a minute' }],
    3,
    "'rate_limit' must be a number of requests, a slash and a time, such as '100/m', '5/s' or '30/10s'.",
  ],
  [
    'a network that is none',
    [{ ...ONE, allow_from: ['10.0.0.0/33'] }],
    3,
    "an entry of 'allow_from' must be an address or a network, such as '192.0.2.7', '10.0.0.0/8' or '2001:db8::/32'.",
  ],
  ['a host name', [{ ...ONE, allow_from: ['example.com'] }], 3, "an entry of 'allow_from' must"],
  [
    'a network with two lengths',
    [{ ...ONE, allow_from: ['10.0.0.0/8/8'] }],
    3,
    "an entry of 'allow_from' must",
  ],
  ['a network with no length', [{ ...ONE, allow_from: ['10.0.0.0/'] }], 3, "an entry of 'allow_from' must"],
  [
    'an address of one machine',
    [{ ...ONE, allow_from: ['fe80::1%eth0'] }],
    3,
    "an entry of 'allow_from' must",
  ],
  [
    'too many scopes',
    [{ ...ONE, scopes: Array.from({ length: 101 }, (_, at) => `a:s${at}`) }],
    3,
    "'scopes' must hold 1 to 100 scopes",
  ],
  [
    'too many networks',
    [{ ...ONE, allow_from: Array.from({ length: 101 }, () => '192.0.2.7') }],
    3,
    "'allow_from' must hold 1 to 100 addresses",
  ],
  [
    'no networks',
    [{ ...ONE, allow_from: [] }],
    3,
    "'allow_from' must hold 1 to 100 addresses or networks; leave it out",
  ],
  [
    'an unknown property',
    [ONE, { id: 'two', hash: HASH, scope: ['a:b'] }],
    4,
    'there is no property of this name. A key has id, name, scopes, expires_at, not_before, rate_limit, allow_from, key, hash, prefix.',
  ],
  [
    'row 16: __proto__',
    [`{"id":"one","key":"${KEY}","__proto__":{"scopes":["*"]}}`],
    3,
    'there is no property of this name.',
  ],
  [
    'row 16: constructor',
    [`{"id":"one","key":"${KEY}","constructor":{"prototype":{"a":1}}}`],
    3,
    'there is no property of this name.',
  ],
  ['a text for a key', [`"${KEY}"`], 3, "an entry of 'keys' must be object."],
  [
    'a comma too many',
    [ONE, '{"id":"two",}'],
    4,
    'this is not JSON: a comma, quote or bracket is missing, or one too many.',
  ],
  ['a comment', ['// keys', ONE], 3, 'this is not JSON'],
  ['an open quote', [ONE, `{"id":"two","key":"${OTHER}`], 4, 'this is not JSON'],
]
test.for(faults)('%s is told by its line, and no key is shown', async ([, entries, line, sentence]) => {
  const file = withEntries(...entries)
  const { message, code } = await faultOf(file)
  expect(message).toContain(`${file}, line ${line}: ${sentence}`)
  expect(code).toBe('CHAPKIT_ERR_API_KEY_FILE')
  for (const secret of [KEY, OTHER, HASH.slice(7)]) expect(message).not.toContain(secret)
})

const texts: [what: string, text: string, fault: string][] = [
  ['no list', '{}', "line 1: 'keys' is missing."],
  ['something else than a list', '{\r\n"keys": {}}', "line 2: 'keys' must be array."],
  [
    'something beside the list',
    '{\r"keys": [],\r"more": 1}',
    "line 3: there is no property of this name. The file has 'keys' alone.",
  ],
  [
    'row 16: __proto__ beside the list',
    '{"keys": [],\n"__proto__": {}}',
    'line 2: there is no property of this name.',
  ],
  ['half of a file', '{\n"keys": [\n{ "id": "o', 'line 3: this is not JSON'],
  ['a file that stops between keys', '{\n"keys": [\n', 'line 3: this is not JSON'],
  ['two files in one', '{"keys":[]}\n{"keys":[]}', 'line 2: this is not JSON'],
]
test.for(texts)('%s is told by its line', async ([, text, fault]) => {
  const file = withKeyFile(text)
  expect((await faultOf(file)).message).toContain(`${file}, ${fault}`)
})

test('a mistyped key in JSON is told by its line, and not shown', async () => {
  const file = withEntries(ONE, { id: 'two', key: wrong })
  const { message, code } = await faultOf(file)
  expect(message).toBe(
    `${file}, line 4: this API key was mistyped or cut: its checksum is wrong. Copy it again, whole.`,
  )
  expect(code).toBe('CHAPKIT_ERR_API_KEY_CHECKSUM')
})
