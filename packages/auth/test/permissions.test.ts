import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendEvents, type ServerOptions, type ServicePlugin } from '@chapkit/core'
import { listening, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { start } from './service.ts'

const KEYS = {
  all: 'sk_test_all_0123456789',
  reader: 'sk_test_reader_0123456789',
  admin: 'sk_test_admin_0123456789',
  star: 'sk_test_star_0123456789',
  expired: 'sk_test_expired_0123456789',
  future: 'sk_test_future_0123456789',
  local: 'sk_test_local_0123456789',
  far: 'sk_test_far_0123456789',
}

const ENTRIES = [
  { id: 'all', key: KEYS.all },
  { id: 'reader', key: KEYS.reader, scopes: ['reports:read'] },
  { id: 'admin', key: KEYS.admin, scopes: ['keys:admin'] },
  { id: 'star', key: KEYS.star, scopes: ['*'] },
  { id: 'expired', key: KEYS.expired, expires_at: '2020-01-01' },
  { id: 'future', key: KEYS.future, not_before: '2199-01-01' },
  { id: 'local', key: KEYS.local, allow_from: ['127.0.0.0/8'] },
  { id: 'far', key: KEYS.far, allow_from: ['10.0.0.0/8'] },
]

const routes: ServicePlugin = (app) => {
  app.get('/health', () => 'open')
  app.get('/any', () => 'any')
  app.get('/reports', { config: { scopes: ['reports:read'] } }, () => 'reports')
  app.post('/reports', { config: { scopes: ['reports:read', 'reports:write'] } }, () => 'written')
  app.get('/keys', { config: { scopes: ['keys:admin'] } }, () => 'keys')
  app.get('/events', { config: { scopes: ['reports:read'] } }, (_request, reply) => sendEvents(reply, ticks))
  app.get('/', (_request, reply) => sendEvents(reply, ticks))
}

async function* ticks(signal: AbortSignal) {
  yield { tick: true }
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

async function service(entries: readonly object[] = ENTRIES, server: ServerOptions = {}) {
  const file = join(temporaryFolder(), 'keys.json')
  const write = (keys: readonly object[]) => writeFileSync(file, `${JSON.stringify({ keys })}\n`)
  write(entries)
  const started = await start({ apiKeyFile: file }, routes, server)
  const call = (method: 'GET' | 'HEAD' | 'POST', url: string, key: string, headers = {}) =>
    started.app.inject({ method, url, headers: { 'x-api-key': key, ...headers } })
  return { ...started, call, write }
}

test('a key with scopes does what it may, and no more; the refusal names what is needed', async () => {
  const { call, log } = await service()
  const status = async (...[method, url, key]: Parameters<typeof call>) =>
    (await call(method, url, key)).statusCode
  for (let again = 0; again < 2; again++) {
    expect(await status('GET', '/reports', KEYS.reader)).toBe(200)
    expect(await status('HEAD', '/reports', KEYS.reader)).toBe(200)
    expect(await status('GET', '/any', KEYS.reader)).toBe(200)
    expect(await status('GET', '/nope', KEYS.reader)).toBe(404)
    expect(await status('GET', '/health', KEYS.reader)).toBe(200)
    expect(await status('HEAD', '/reports', KEYS.admin)).toBe(403)
    expect(await status('POST', '/reports', KEYS.star)).toBe(200)
    expect(await status('POST', '/reports', KEYS.all)).toBe(200)
  }
  const refused = await call('POST', '/reports', KEYS.reader)
  expect(refused.statusCode).toBe(403)
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(refused.json()).toEqual({
    type: 'urn:chapkit:error:forbidden',
    title: 'Forbidden',
    status: 403,
    detail: "This needs the scopes 'reports:read', 'reports:write', which the API key does not have all.",
    instance: '/reports',
    required_scopes: ['reports:read', 'reports:write'],
  })
  expect((await call('GET', '/reports', KEYS.admin)).json().detail).toBe(
    "This needs the scope 'reports:read', which the API key does not have.",
  )
  expect(log.lines('auth.insufficient_scope').at(-2)).toMatchObject({
    level: 'warning',
    key_prefix: 'sk_test',
    key_id: 'reader',
    required: 'reports:read reports:write',
  })
  expect(log.lines('auth.success')[0]).toMatchObject({ key_prefix: 'sk_test', key_id: 'reader' })
})

test('row 28: administrative routes are for keys that name the scope', async () => {
  const { call } = await service()
  const status = async (key: string) => (await call('GET', '/keys', key)).statusCode
  expect(await status(KEYS.all)).toBe(403)
  expect(await status(KEYS.reader)).toBe(403)
  expect(await status(KEYS.admin)).toBe(200)
  expect(await status(KEYS.star)).toBe(200)
})

test('a route with a scope that is none fails the start', async () => {
  const wrong = (scopes: unknown): ServicePlugin => {
    return (app) => void app.get('/reports', { config: { scopes: scopes as string[] } }, () => 1)
  }
  for (const scopes of [['reports'], 'reports:read', ['reports:*'], [7]]) {
    await expect(start({ apiKeys: [KEYS.all] }, wrong(scopes))).rejects.toThrow(
      `GET /reports: config.scopes must be a list of scopes such as ['reports:read'] (got ${JSON.stringify(scopes)})`,
    )
  }
})

test('keys count from their beginning to their end', async () => {
  const { call, log } = await service()
  const expired = await call('GET', '/any', KEYS.expired)
  expect([expired.statusCode, expired.json().detail]).toEqual([401, 'API key has expired'])
  expect(expired.headers['www-authenticate']).toContain('ApiKey')
  const future = await call('GET', '/any', KEYS.future)
  expect([future.statusCode, future.json().detail]).toEqual([401, 'API key is not valid yet'])
  expect(log.lines('auth.expired')).toMatchObject([{ key_id: 'expired', key_prefix: 'sk_test' }])
  expect(log.lines('auth.not_yet_valid')).toMatchObject([{ key_id: 'future' }])
})

test('row 26: without trustProxy no header changes the address', async () => {
  const { call, log } = await service()
  const forged = { 'x-forwarded-for': '10.0.0.1', x_forwarded_for: '10.0.0.1', forwarded: 'for=10.0.0.1' }
  expect((await call('GET', '/any', KEYS.local, forged)).statusCode).toBe(200)
  const far = await call('GET', '/any', KEYS.far, forged)
  expect([far.statusCode, far.json().detail]).toEqual([403, 'The API key may not be used from this address.'])
  expect(log.lines('auth.address_not_allowed')).toMatchObject([{ key_id: 'far' }])
})

test('row 26: with trustProxy X-Forwarded-For counts, and X_Forwarded_For does not', async () => {
  const { call } = await service(ENTRIES, { trustProxy: '127.0.0.1' })
  const status = async (headers: object) => (await call('GET', '/any', KEYS.far, headers)).statusCode
  expect(await status({ 'x-forwarded-for': '10.0.0.1' })).toBe(200)
  expect(await status({ 'x-forwarded-for': '::ffff:10.0.0.1' })).toBe(200)
  expect(await status({ 'x-forwarded-for': '10.0.0.1, 192.0.2.1' })).toBe(403)
  expect(await status({ 'x-forwarded-for': 'no address' })).toBe(403)
  expect(await status({ x_forwarded_for: '10.0.0.1' })).toBe(403)
})

test('event streams end when their key is removed, expires or may do less', async () => {
  const soon = new Date(Date.now() + 3_000).toISOString()
  const short = 'sk_test_short_0123456789'
  const { app, write } = await service([...ENTRIES, { id: 'short', key: short, expires_at: soon }])
  const port = await listening(app)
  const read = async (key: string, path = '/events') => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-api-key': key } })
    return answer.text()
  }
  let open = true
  const publicStream = read(KEYS.reader, '/').finally(() => (open = false))
  const expiring = read(short)
  const streams = [read(KEYS.all), read(KEYS.reader)]
  await vi.waitFor(() => expect(app.kernel.openStreams.size).toBe(4), 2_500)
  expect(await expiring).toMatch(/event: close\ndata: {"reason":"key-revoked"}/)
  write([{ id: 'reader', key: KEYS.reader, scopes: ['other:read'] }])
  for (const stream of streams) expect(await stream).toContain('key-revoked')
  expect(open).toBe(true)
  await app.close()
  expect(await publicStream).toContain('shutdown')
})

test('what is counted: by result, and by the id of keys that are known', async () => {
  const { app, call, write, log } = await service()
  await call('GET', '/any', KEYS.all)
  await call('GET', '/any', KEYS.all)
  await call('GET', '/any', KEYS.expired)
  await call('GET', '/any', KEYS.far)
  await call('GET', '/reports', KEYS.admin)
  await call('GET', '/any', 'sk_wrong_0123456789')
  await call('GET', '/any', '')
  const family = (name: string) =>
    Object.fromEntries(
      [...(app.kernel.metrics.find((one) => one.name === name)?.collect() ?? [])].map(({ labels, value }) => [
        Object.values(labels).join(' ').trim(),
        value,
      ]),
    )
  expect(family('chapkit_auth_requests_total')).toEqual({
    missing_key: 1,
    invalid_key: 1,
    rate_limited: 0,
    'success all': 2,
    'expired expired': 1,
    'address_not_allowed far': 1,
    'insufficient_scope admin': 1,
  })
  expect(family('chapkit_auth_keys')).toEqual({ valid: 6, expired: 1, not_yet_valid: 1 })
  expect(family('chapkit_auth_next_expiry_seconds')).toEqual({})
  expect(family('chapkit_auth_reloads_total')).toEqual({ success: 0, failure: 0 })

  write([{ id: 'all', key: KEYS.all, expires_at: '2199-01-01' }])
  await vi.waitFor(() => expect(log.lines('auth.reloaded')).toHaveLength(1), 5_000)
  expect(family('chapkit_auth_requests_total')).toEqual({
    missing_key: 1,
    invalid_key: 1,
    rate_limited: 0,
    'success all': 2,
  })
  expect(family('chapkit_auth_next_expiry_seconds')['']).toBeGreaterThan(1e9)
  expect(family('chapkit_auth_reloads_total')).toEqual({ success: 1, failure: 0 })
})
