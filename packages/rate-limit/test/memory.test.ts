import { get } from 'node:http'
import { join } from 'node:path'
import { compose, logging, type ServicePlugin } from '@chapkit/core'
import { rateLimit } from '@chapkit/rate-limit'
import { listening, sendRaw, temporaryFolder } from '@chapkit/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { build, exampleRoutes, KEY, metric, OTHER_KEY, send, statuses, stopClock } from './service.ts'

beforeEach(stopClock)
afterEach(() => void vi.useRealTimers())

/** A route that needs a key, and those of the example. */
const withKeyed: ServicePlugin = async (app) => {
  app.get('/keyed', () => ({}))
  await exampleRoutes(app)
}

const DECISIONS = 'chapkit_rate_limit_decisions_total'

describe('the limit of the service', () => {
  test('admits as many requests of a key as it says, and tells what is left', async () => {
    const { app } = build({ limit: '3/m' })
    const first = await send(app)
    expect(first.statusCode).toBe(200)
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"default";q=3;w=60',
      ratelimit: '"default";r=2;t=60',
    })
    vi.advanceTimersByTime(10_001)
    expect((await send(app)).headers['ratelimit']).toBe('"default";r=1;t=50')
    expect((await send(app)).headers['ratelimit']).toBe('"default";r=0;t=50')
    expect((await send(app)).statusCode).toBe(429)
    vi.advanceTimersByTime(49_998)
    expect((await send(app)).statusCode).toBe(429)
    vi.advanceTimersByTime(1)
    expect(await statuses(2, () => send(app))).toEqual([200, 429])
    vi.advanceTimersByTime(10_001)
    expect(await statuses(3, () => send(app))).toEqual([200, 200, 429])
  })

  test('refuses with a problem document that says when to come again', async () => {
    const { app } = build({ limit: '2/m' })
    await send(app)
    vi.advanceTimersByTime(47_400)
    await send(app)
    const refused = await send(app)
    expect(refused.statusCode).toBe(429)
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '13',
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: '"default";r=0;t=13',
    })
    expect(refused.headers['x-request-id']).toMatch(/^[0-9A-Z]{26}$/)
    expect(refused.json()).toEqual({
      type: 'urn:chapkit:error:rate-limited',
      title: 'Too Many Requests',
      status: 429,
      detail: 'The limit, 2 requests in 60 seconds, is used up. Try again in 13 seconds.',
      instance: '/things',
    })
    vi.advanceTimersByTime(12_599.5)
    const again = await send(app)
    expect(again.headers['retry-after']).toBe('1')
    expect(again.json()).toMatchObject({ detail: /Try again in 1 second\.$/ })
  })

  test('each key has its own, and so has each address where no key is needed', async () => {
    const { app } = build(
      { limit: '1/m' },
      { auth: { apiKeys: [KEY, OTHER_KEY], unauthenticatedPaths: ['/things'] }, routes: withKeyed },
    )
    expect(await statuses(2, () => send(app, '/keyed'))).toEqual([200, 429])
    expect(await statuses(2, () => send(app, '/keyed', { key: OTHER_KEY }))).toEqual([200, 429])
    // The key is not looked at there, so it does not count.
    const from = (remoteAddress: string, key = KEY) => send(app, '/things', { remoteAddress, key })
    expect(await statuses(2, () => from('192.0.2.1'))).toEqual([200, 429])
    expect((await from('::ffff:192.0.2.1', '')).statusCode).toBe(429)
    expect((await from('192.0.2.2')).statusCode).toBe(200)
    expect((await from('2001:db8:1:2::1')).statusCode).toBe(200)
    expect((await from('2001:db8:1:2:ffff::1')).statusCode).toBe(429)
    expect((await from('2001:db8:1:3::1')).statusCode).toBe(200)
  })

  test('row 26: X-Forwarded-For gives nobody another address, unless the proxy is trusted', async () => {
    const forwarded = (app: ReturnType<typeof build>['app'], nth: number, name = 'x-forwarded-for') =>
      app.inject({ url: '/things', headers: { [name]: `192.0.2.${nth}` } })
    const { app } = build({ limit: '1/m' }, { auth: false })
    expect((await forwarded(app, 1)).statusCode).toBe(200)
    expect((await forwarded(app, 2)).statusCode).toBe(429)
    expect((await forwarded(app, 3, 'x_forwarded_for')).statusCode).toBe(429)
    expect((await forwarded(app, 4, 'forwarded')).statusCode).toBe(429)
  })

  test('counts what no route takes, and not what the key check refuses', async () => {
    const { app } = build({ limit: '2/m' })
    expect(await statuses(5, () => send(app, '/things', { key: 'wrong' }))).toEqual([401, 401, 401, 401, 401])
    const refused = await send(app, '/things', { key: '' })
    expect(refused.headers['ratelimit']).toBeUndefined()
    expect(await statuses(3, () => send(app, '/nothing'))).toEqual([404, 404, 429])
  })

  test('row 5: HEAD counts once, together with GET', async () => {
    const { app } = build({ limit: '100/m', perRoute: { 'GET /things': '3/m' } })
    const head = await send(app, '/things', { method: 'HEAD' })
    expect(head.headers['ratelimit']).toBe('"default";r=99;t=60, "route";r=2;t=60')
    expect((await send(app)).headers['ratelimit']).toBe('"default";r=98;t=60, "route";r=1;t=60')
  })

  test('health and its probes are free, the stream is not', async () => {
    const { app } = build({ limit: '1/m' })
    for (const path of ['/health', '/health/live', '/health/ready', '/health/startup']) {
      const answers = await Promise.all([send(app, path), send(app, path, { key: '' })])
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
      expect(answers[0]?.headers).not.toHaveProperty('ratelimit')
    }
    await send(app)
    expect((await send(app, '/health/$stream')).statusCode).toBe(429)
  })

  test('a body that was not read does not keep the connection', async () => {
    const { app } = build({ limit: '1/d' })
    const port = await listening(app)
    const request =
      `POST /things HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\nContent-Type: application/json\r\n` +
      'Content-Length: 1000000000\r\n\r\n{"a":'
    await send(app)
    const answer = await sendRaw(port, request)
    expect(answer.status).toBe(429)
    expect(answer.headers).toMatchObject({ connection: 'close', 'retry-after': '86400' })
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:chapkit:error:rate-limited' })
  })

  test('it comes after the key check, the log and CORS, and needs none of them', () => {
    const names = (modules: Parameters<typeof compose>[0]) => compose(modules).map(({ name }) => name)
    expect(names([rateLimit({ limit: '1/s' }), logging()])).toEqual(['logging', 'rate-limit'])
    expect(names([rateLimit({ limit: '1/s' })])).toEqual(['rate-limit'])
    expect(rateLimit({ limit: '1/s' })).toMatchObject({
      order: 'early',
      after: ['auth', 'logging', 'cors', 'monitoring'],
    })
  })
})

describe('a limit of the route', () => {
  test('counts for each subject and route beside that of the service', async () => {
    const { app } = build(
      { limit: '5/m', perRoute: { 'POST /things': '2/s' } },
      {
        routes: (scope) =>
          void scope.post('/other', { config: { rateLimit: '1/h' } }, () => ({})).post('/things', () => ({})),
      },
    )
    const post = (url = '/things', key = KEY) => send(app, url, { method: 'POST', key })
    const first = await post()
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"default";q=5;w=60, "route";q=2;w=1',
      ratelimit: '"default";r=4;t=60, "route";r=1;t=1',
    })
    expect((await post()).statusCode).toBe(200)
    const refused = await post()
    expect(refused.statusCode).toBe(429)
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      ratelimit: '"default";r=3;t=60, "route";r=0;t=1',
    })
    expect(refused.json()).toMatchObject({
      detail: 'The limit of this route, 2 requests in 1 second, is used up. Try again in 1 second.',
    })
    expect((await post('/things', OTHER_KEY)).statusCode).toBe(200)
    expect(await statuses(2, () => post('/other'))).toEqual([200, 429])
    expect((await post('/other')).headers['ratelimit']).toBe('"default";r=2;t=60, "route";r=0;t=3600')
  })

  test('counts for an address as well', async () => {
    const { app } = build({ limit: '5/m', perRoute: { 'POST /things': '1/m' } }, { auth: false })
    const post = (remoteAddress: string) => send(app, '/things', { method: 'POST', key: '', remoteAddress })
    expect(await statuses(2, () => post('192.0.2.1'))).toEqual([200, 429])
    expect((await post('192.0.2.2')).headers['ratelimit']).toBe('"default";r=4;t=60, "route";r=0;t=60')
  })

  test('a refusal by the one limit uses up nothing of the other', async () => {
    const { app } = build({ limit: '3/m', perRoute: { 'POST /things': '1/10s' } })
    const post = () => send(app, '/things', { method: 'POST' })
    expect(await statuses(10, post)).toEqual([200, ...Array<number>(9).fill(429)])
    expect((await send(app)).headers['ratelimit']).toBe('"default";r=1;t=60')
    await send(app)
    vi.advanceTimersByTime(10_000)
    // Now it is the service that refuses; the route has room.
    const refused = await post()
    expect(refused.headers).toMatchObject({
      'retry-after': '50',
      ratelimit: '"default";r=0;t=50, "route";r=1;t=0',
    })
    vi.advanceTimersByTime(50_000)
    expect((await post()).headers['ratelimit']).toBe('"default";r=2;t=60, "route";r=0;t=10')
  })

  test('when both refuse, the longer wait counts', async () => {
    const { app } = build({ limit: '1/m', perRoute: { 'GET /things': '1/h' } })
    await send(app)
    expect((await send(app)).headers['retry-after']).toBe('3600')
    expect(metric(app, DECISIONS)).toEqual({
      'allowed service': 1,
      'allowed route': 1,
      'limited service': 1,
      'limited route': 1,
    })
    const other = build({ limit: '1/h', perRoute: { 'GET /things': '1/m' } })
    await send(other.app)
    expect((await send(other.app)).headers['retry-after']).toBe('3600')
  })

  test('perRoute counts instead of what the route says, false frees it, and HEAD goes with GET', async () => {
    const { app } = build(
      {
        limit: '9/m',
        perRoute: { 'GET /named': '1/m', 'GET /free': false, 'HEAD /head': '1/m', 'PUT /many': '2/m' },
      },
      {
        routes: (scope) => {
          scope.get('/named', { config: { rateLimit: '5/m' } }, () => ({}))
          scope.get('/free', { config: { rateLimit: '1/m' } }, () => ({}))
          scope.get('/head', () => ({}))
          scope.get('/own', { config: { rateLimit: '7/m' } }, () => ({}))
          scope.get('/off', { config: { rateLimit: false } }, () => ({}))
          scope.route({
            method: ['POST', 'PUT'],
            url: '/many',
            config: { rateLimit: '3/m' },
            handler: () => ({}),
          })
          scope.head('/only-head', { config: { rateLimit: '4/m' } }, () => ({}))
        },
      },
    )
    const left = async (method: 'GET' | 'HEAD' | 'POST' | 'PUT', url: string) =>
      String((await send(app, url, { method })).headers['ratelimit']).replaceAll(
        /"default";[^,]*(, )?|;t=\d+/g,
        '',
      )
    expect(await left('GET', '/named')).toBe('"route";r=0')
    expect(await left('GET', '/free')).toBe('undefined')
    expect(await left('HEAD', '/free')).toBe('undefined')
    expect(await left('HEAD', '/head')).toBe('"route";r=0')
    expect(await left('GET', '/head')).toBe('')
    expect(await left('HEAD', '/own')).toBe('"route";r=6')
    expect(await left('GET', '/own')).toBe('"route";r=5')
    expect(await left('GET', '/off')).toBe('undefined')
    expect(await left('POST', '/many')).toBe('"route";r=2')
    expect(await left('PUT', '/many')).toBe('"route";r=1')
    expect(await left('HEAD', '/only-head')).toBe('"route";r=3')
  })

  test('a route that does not exist fails the start, with what may have been meant', async () => {
    const { app } = build({ limit: '1/m', perRoute: { 'POST /thing': '1/s' } })
    await expect(app.ready()).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_UNKNOWN_ROUTE',
      message:
        "withRateLimit(): perRoute names 'POST /thing', which no route has. Did you mean 'POST /things'? " +
        "Give method and path of a route as it was registered, such as 'POST /api/v1/configs'.",
    })
    const far = build({ limit: '1/m', perRoute: { 'DELETE /nowhere/at/all': '1/s' } })
    await expect(far.app.ready()).rejects.toThrow(/which no route has\. Give method/)
  })

  test('a limit of a route that is none fails the start', async () => {
    const { app } = build(
      { limit: '1/m' },
      {
        routes: (scope) => void scope.get('/things', { config: { rateLimit: '10 per minute' } }, () => ({})),
      },
    )
    await expect(app.ready()).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_INVALID_OPTION',
      message: /^Route GET \/things: config\.rateLimit must be .* \(got '10 per minute'\)$/,
    })
  })
})

describe('what is told', () => {
  test('a refusal is logged once for each subject and window, with the id of the key and never with its text', async () => {
    const { app, log } = build(
      { limit: '1/m' },
      { auth: { apiKeys: [KEY, OTHER_KEY], unauthenticatedPaths: ['/things'] }, routes: withKeyed },
    )
    await statuses(5, () => send(app, '/keyed'))
    await statuses(5, () => send(app, '/keyed', { key: OTHER_KEY }))
    await statuses(5, () => send(app, '/things', { key: '' }))
    vi.advanceTimersByTime(60_000)
    await statuses(5, () => send(app, '/keyed'))
    const lines = log.lines('auth.rate_limited')
    expect(lines.map(({ level, key_id, key_prefix, limit }) => [level, key_id, key_prefix, limit])).toEqual([
      ['warning', 'key-1', 'sk_test', '1/m'],
      ['warning', 'key-2', 'sk_test', '1/m'],
      ['warning', undefined, undefined, '1/m'],
      ['warning', 'key-1', 'sk_test', '1/m'],
    ])
    expect(lines[0]).toHaveProperty('request_id')
    expect(log.text()).not.toMatch(new RegExp(`${KEY}|${OTHER_KEY}`))
  })

  test('decisions and subjects are counted for the monitoring', async () => {
    const { app } = build({ limit: '2/m', perRoute: { 'POST /things': '1/m' } })
    await app.ready()
    expect(metric(app, 'chapkit_rate_limit_subjects')).toEqual({})
    await send(app)
    await statuses(3, () => send(app, '/things', { method: 'POST' }))
    await send(app)
    expect(metric(app, DECISIONS)).toEqual({
      'allowed service': 2,
      'allowed route': 1,
      // With nothing left of the service's limit it is used up as well.
      'limited service': 3,
      'limited route': 2,
    })
    expect(metric(app, 'chapkit_rate_limit_subjects')).toEqual({ '': 2 })
    for (const family of app.kernel.metrics.filter(({ name }) => name.startsWith('chapkit_rate_limit_'))) {
      expect(family.help).toMatch(/\.$/)
      expect(family.type).toBe(family.name.endsWith('_total') ? 'counter' : 'gauge')
    }
  })

  test('row 30: random keys and addresses add no series', async () => {
    const { app } = build({ limit: '9/m' }, { auth: false })
    for (let nth = 0; nth < 100; nth++) await send(app, `/random-${nth}`, { remoteAddress: `10.0.0.${nth}` })
    const families = app.kernel.metrics.filter(({ name }) => name.startsWith('chapkit_rate_limit_'))
    const series = families.flatMap(({ collect }) => [...collect()])
    expect(series.length).toBe(10)
  })

  test('the OpenAPI document says that limited operations may answer 429', async () => {
    const { app } = build({ limit: '9/m' })
    const { paths } = (await app.inject('/openapi.json')).json()
    expect(paths['/things'].post.responses['429']).toMatchObject({ description: 'A rate limit is used up' })
    expect(paths['/things'].get.responses['429'].content).toHaveProperty(['application/problem+json'])
    expect(paths['/health'].get.responses).not.toHaveProperty('429')
  })
})

describe('options', () => {
  test.each([
    [
      {},
      /^withRateLimit\(\): option 'limit' is missing\. Options: limit, perRoute, store, maxSubjects, prefix, timeout\.$/,
    ],
    [{ limit: '1/m', nope: 1 }, /^withRateLimit\(\): unknown option 'nope'/],
    [{ limit: 'x' }, /^withRateLimit\(\): option 'limit' must be a number of requests .* \(got 'x'\)$/],
    [
      { limit: '1/m', perRoute: { 'GET /x': 'y' } },
      /^withRateLimit\(\): perRoute 'GET \/x' must be .* \(got 'y'\)$/,
    ],
    [
      { limit: '1/m', perRoute: { 'GET /x': '' } },
      /^withRateLimit\(\): perRoute 'GET \/x' must be .* \(got ''\)$/,
    ],
    [{ limit: '1/m', perRoute: { 'GET /x': true } }, /^withRateLimit\(\): option 'perRoute/],
    [{ limit: '1/m', maxSubjects: 0 }, /^withRateLimit\(\): option 'maxSubjects'/],
    [{ limit: '1/m', timeout: 0 }, /^withRateLimit\(\): option 'timeout'/],
  ])('%j', (options, message) => {
    expect(() => rateLimit(options as never)).toThrow(
      expect.objectContaining({
        code: 'CHAPKIT_ERR_INVALID_OPTION',
        message: expect.stringMatching(message),
      }),
    )
  })

  test.each(['redis', 'http://127.0.0.1', 'redis://', 'redis://user:hunter2@[', 'rediss:/x'])(
    'a store that is none is not shown, it may hold a password: %s',
    (store) => {
      expect(() => rateLimit({ limit: '1/m', store })).toThrow(
        expect.objectContaining({
          code: 'CHAPKIT_ERR_INVALID_OPTION',
          message:
            "withRateLimit(): option 'store' must be 'memory' or a URL such as 'redis://127.0.0.1:6379' or 'rediss://user:password@host:6380/0'",
        }),
      )
    },
  )
})

test('on a Unix socket there are no addresses: what has no key is one client', async () => {
  const { app } = build({ limit: '2/h' }, { auth: false })
  const socketPath = join(temporaryFolder(), 'service.sock')
  await app.listen({ path: socketPath })
  const status = () =>
    new Promise((resolve, reject) => {
      get({ socketPath, path: '/things', agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      }).on('error', reject)
    })
  expect([await status(), await status(), await status()]).toEqual([200, 200, 429])
})

test('behind a proxy that is trusted, what is no address is one client', async () => {
  const { app } = build({ limit: '2/h' }, { auth: false, server: { trustProxy: true } })
  const status = async (forwarded: string) =>
    (await app.inject({ url: '/things', headers: { 'x-forwarded-for': forwarded } })).statusCode
  expect([await status('one'), await status('two'), await status('x'.repeat(5_000))]).toEqual([200, 200, 429])
  expect(await status('192.0.2.7')).toBe(200)
})
