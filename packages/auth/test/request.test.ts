import { expect, test } from 'vitest'
import { KEY, start } from './service.ts'
import { listening, sendRaw } from '@chapkit/testing'

const PROBLEM = { type: 'urn:chapkit:error:unauthorized', title: 'Unauthorized', status: 401 }
const MISSING = {
  ...PROBLEM,
  detail: 'Missing authentication header: X-API-Key',
  instance: '/api/v1/configs',
}
const INVALID = { ...PROBLEM, detail: 'Invalid API key', instance: '/api/v1/configs' }

test('a valid key passes, and handlers see its prefix', async () => {
  const { app, log } = await start({ apiKeys: [KEY] })
  const answer = await app.inject({ url: '/api/v1/configs?x=1', headers: { 'X-Api-KEY': KEY } })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ key: { id: 'key-1', prefix: 'sk_test', notBefore: 0 } })
  expect(log.lines('auth.success')).toMatchObject([
    { level: 'info', key_prefix: 'sk_test', path: '/api/v1/configs' },
  ])
})

test('a missing key is 401, with a challenge and a request id', async () => {
  const { app, log } = await start({ apiKeys: [KEY] })
  for (const headers of [
    {},
    { 'x-api-key': '' },
    { x_api_key: KEY },
    { cookie: `X-API-Key=${KEY}` },
    { authorization: KEY },
  ]) {
    const answer = await app.inject({ url: '/api/v1/configs?secret=1', headers })
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual(MISSING)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'ApiKey realm="chapkit", header="X-API-Key"',
      'x-request-id': expect.stringMatching(/^[0-9A-Z]{26}$/),
    })
  }
  expect(log.lines('auth.missing_key')).toHaveLength(5)
  expect(log.lines('auth.missing_key')[0]).toMatchObject({
    level: 'warning',
    path: '/api/v1/configs',
    method: 'GET',
  })
  expect(log.lines('http.request.complete')).toHaveLength(5)
})

test('a wrong key is 401, and its prefix is logged', async () => {
  const { app, log } = await start({ apiKeys: [KEY] })
  const wrong = [
    'sk_unknown_key_1',
    'SK_TEST_0123456789ABCDEF',
    KEY.slice(0, -1),
    `"${KEY}"`,
    `${KEY},${KEY}`,
    '__proto__',
    '*',
    '123456',
  ]
  for (const key of wrong) {
    const answer = await app.inject({ url: '/api/v1/configs', headers: { 'x-api-key': key } })
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual(INVALID)
  }
  const logged = log.lines('auth.invalid_key')
  expect(logged.map((line) => line['key_prefix'])).toEqual([
    'sk_unkn',
    'SK_TEST',
    'sk_test',
    '"sk_tes',
    'sk_test',
    '***',
    '***',
    '***',
  ])
  expect(logged[0]).toMatchObject({ level: 'warning', path: '/api/v1/configs', method: 'GET' })
})

test('the instance is the decoded path', async () => {
  const { app } = await start({ apiKeys: [KEY] })
  const answer = await app.inject('/a%20b%2Fc%C3%A9')
  expect(answer.json()).toMatchObject({ instance: '/a b/cé' })
})

test('keys of any form: with a space, in latin-1, very long', async () => {
  const long = 'x'.repeat(4000)
  const { app } = await start({ apiKeys: ['with space', 'clé-é-latin1', long] })
  const port = await listening(app)
  const status = async (value: string) => {
    const request = `GET /api/v1/configs HTTP/1.1\r\nHost: x\r\nX-API-Key:${value}\r\nConnection: close\r\n\r\n`
    return (await sendRaw(port, request)).status
  }
  expect(await status('with space')).toBe(200)
  expect(await status(' \t with space \t ')).toBe(200)
  expect(await status('clé-é-latin1')).toBe(200)
  expect(await status('clÃ©-Ã©-latin1')).toBe(401)
  expect(await status(long)).toBe(200)
  expect(await status(`${long}x`)).toBe(401)
  expect(await status('    ')).toBe(401)
})

const twice: [first: string, second: string, status: number, detail: string][] = [
  ['sk_wrong_0123456789', KEY, 401, INVALID.detail],
  [KEY, 'sk_wrong_0123456789', 401, INVALID.detail],
  [KEY, '', 401, INVALID.detail],
  ['', KEY, 401, MISSING.detail],
  [KEY, KEY, 200, 'sk_test'],
]
test.for(twice)('25: of the two headers %j and %j', async ([first, second, status, detail]) => {
  for (const headerName of ['X-API-Key', 'Authorization']) {
    const { app, log } = await start({ apiKeys: [KEY], headerName })
    const port = await listening(app)
    const answer = await sendRaw(
      port,
      `GET /api/v1/configs HTTP/1.1\r\nHost: x\r\n${headerName}: ${first}\r\n${headerName.toLowerCase()}: ${second}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.status).toBe(status)
    expect(answer.body).toContain(detail.replace('X-API-Key', headerName))
    expect(log.lines('auth.invalid_key').map((line) => line['key_prefix'])).toEqual(
      detail === INVALID.detail ? ['***'] : [],
    )
  }
})

test('row 25: two headers do not make a key that holds a comma', async () => {
  const { app } = await start({ apiKeys: ['first-0123, second-0123'] })
  const port = await listening(app)
  const head = 'GET /api/v1/configs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
  expect((await sendRaw(port, `${head}X-API-Key: first-0123\r\nX-API-Key: second-0123\r\n\r\n`)).status).toBe(
    401,
  )
  expect((await sendRaw(port, `${head}X-API-Key: first-0123, second-0123\r\n\r\n`)).status).toBe(200)
})

test('another header takes the key, and the usual one no longer does', async () => {
  const { app } = await start({ apiKeys: [KEY], headerName: 'X-Custom-Auth-Token' })
  const status = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/api/v1/configs', headers })).statusCode
  expect(await status({ 'x-custom-auth-token': KEY })).toBe(200)
  const answer = await app.inject({ url: '/api/v1/configs', headers: { 'x-api-key': KEY } })
  expect(answer.json()).toMatchObject({ detail: 'Missing authentication header: X-Custom-Auth-Token' })
  expect(answer.headers['www-authenticate']).toBe('ApiKey realm="chapkit", header="X-Custom-Auth-Token"')
})

test('in Authorization the whole value is the key', async () => {
  const { app } = await start({ apiKeys: [KEY, `Bearer ${KEY}x`], headerName: 'Authorization' })
  const status = async (authorization: string) =>
    (await app.inject({ url: '/api/v1/configs', headers: { authorization } })).statusCode
  expect(await status(KEY)).toBe(200)
  expect(await status(`Bearer ${KEY}`)).toBe(401)
  expect(await status(`Bearer ${KEY}x`)).toBe(200)
})

test('open routes look at no key and log no event of auth', async () => {
  const { app, log } = await start({ apiKeys: [KEY] })
  const answer = await app.inject({ url: '/health?x=1', headers: { 'x-api-key': 'wrong_key_1234567' } })
  expect(answer.statusCode).toBe(200)
  expect(
    log
      .lines()
      .filter(({ event }) => event.startsWith('auth.'))
      .map(({ event }) => event),
  ).toEqual(['auth.direct_keys'])
})

test('row 12: a body is not read without a key, and the connection closes', async () => {
  const { app } = await start({ apiKeys: [KEY] })
  const read: number[] = []
  app.server.on('connection', (socket) => socket.on('close', () => read.push(socket.bytesRead)))
  const port = await listening(app)
  const head = 'POST /api/v1/configs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  for (const announced of ['Content-Length: 1073741824', 'Transfer-Encoding: chunked']) {
    const answer = await sendRaw(port, `${head}${announced}\r\n\r\n`)
    expect(answer.status).toBe(401)
    expect(answer.headers['connection']).toBe('close')
    expect(answer.body).toContain('Missing authentication header')
  }
  expect(Math.max(...read)).toBeLessThan(300)
})

test('row 12: without a body the connection is kept', async () => {
  const { app } = await start({ apiKeys: [KEY] })
  for (const headers of [{}, { 'content-length': '0' }]) {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/configs', headers })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers.connection).not.toBe('close')
  }
})
