import { type RateLimitOptions } from '@chapkit/rate-limit'
import { redisUrl, RedisServer, startRedis, startTcpProxy } from '@chapkit/testing'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { build, KEY, metric, OTHER_KEY, send, type ServiceOptions, statuses } from './service.ts'

/** Milliseconds: on a busy machine, only what is meant to be an outage is one. */
const PATIENT = 20_000

/** Replicas of one service that share a Redis server, ready for requests. */
async function replicas(
  count: 1 | 2 | 3,
  options: Omit<RateLimitOptions, 'store'>,
  store = redisUrl().url,
  parts: ServiceOptions = {},
) {
  const { prefix } = redisUrl()
  const all = Array.from({ length: count }, () =>
    build({ prefix, store, timeout: PATIENT, ...options }, parts),
  )
  await Promise.all(all.map(({ app }) => app.ready()))
  const [first, second, third] = all as [Replica, Replica, Replica]
  return { first, second, third, prefix }
}

type Replica = ReturnType<typeof build>

function client(url = redisUrl().url): Redis {
  const redis = new Redis(url)
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

/** Waits until it holds: what happens to a server reaches its clients a little later. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 })

describe('one limit for all replicas', () => {
  test('is exact, whoever is asked, and however many come at once', async () => {
    const { first, second, third } = await replicas(3, { limit: '50/h' })
    const apps = [first, second, third].map(({ app }) => app)
    const answers = await Promise.all(Array.from({ length: 66 }, () => apps.map((app) => send(app))).flat())
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(50)
    expect(answers.filter(({ statusCode }) => statusCode === 429).length).toBe(148)
    const left = answers.map(({ headers }) => /r=(\d+)/.exec(String(headers['ratelimit']))?.[1])
    expect(new Set(left).size).toBe(50)
    expect((await send(first.app, '/things', { key: OTHER_KEY })).statusCode).toBe(200)
  })

  test('tells what is left, and both limits of a route are asked at once', async () => {
    const both = await replicas(2, { limit: '3/h', perRoute: { 'POST /things': '1/m' } })
    const [first, second] = [both.first.app, both.second.app]
    const posted = await send(first, '/things', { method: 'POST' })
    expect(posted.headers).toMatchObject({
      'ratelimit-policy': '"default";q=3;w=3600, "route";q=1;w=60',
      ratelimit: '"default";r=2;t=3600, "route";r=0;t=60',
    })
    const refused = await send(second, '/things', { method: 'POST' })
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(refused.json()).toMatchObject({ detail: /^The limit of this route, 1 request in 60 seconds, / })
    // What the route refused was not taken from the service.
    expect((await send(second)).headers['ratelimit']).toMatch(/^"default";r=1;t=\d+$/)
    expect(await statuses(2, () => send(first))).toEqual([200, 429])
    expect(metric(second, 'chapkit_rate_limit_decisions_total')).toEqual({
      'allowed service': 1,
      'limited route': 1,
    })
  })

  test('keeps its windows under names of the service, in one place of a cluster, for as long as they count', async () => {
    const { first, prefix } = await replicas(1, { limit: '3/m', perRoute: { 'GET /things': '200/h' } })
    await send(first.app)
    const redis = client()
    const names = (await redis.keys(`${prefix}*`)).filter((name) => !name.includes('{probe}')).toSorted()
    expect(names.length).toBe(2)
    expect(names[0]).toMatch(/:\{key:[\w-]+\}:GET \/things:200\/3600$/)
    expect(names[1]).toMatch(/:\{key:[\w-]+\}:default:3\/60$/)
    const [tag, other] = names.map((name) => /\{.*\}/.exec(name)?.[0])
    expect(tag).toBe(other)
    for (const name of await redis.keys(`${prefix}*`)) expect(await redis.pttl(name)).not.toBe(-1)
    expect(names.join()).not.toContain(KEY)
  })

  test('by default the names have that of the service', async () => {
    const server = await startRedis()
    const { app } = build({ limit: '3/m', store: server.url(), timeout: PATIENT })
    await send(app)
    expect(await client(server.url()).keys('chapkit:limit:test:{key:*')).toHaveLength(1)
  })

  test('the script is sent again to a server that has forgotten it', async () => {
    const server = await startRedis()
    const { app, log } = (await replicas(1, { limit: '3/h' }, server.url())).first
    await send(app)
    await client(server.url()).script('FLUSH')
    expect((await send(app)).headers['ratelimit']).toMatch(/r=1/)
    expect(log.lines('rate_limit.fallback')).toEqual([])
  })

  test('closing the service closes its connection', async () => {
    const server = await startRedis()
    const { first } = await replicas(1, { limit: '3/h' }, server.url())
    const redis = client(server.url())
    const connections = async () =>
      String(await redis.client('LIST'))
        .trim()
        .split('\n').length
    expect(await connections()).toBe(2)
    await first.app.close()
    await soon(async () => expect(await connections()).toBe(1))
  })
})

describe('without Redis', () => {
  test('each process limits by itself, from the start and until it is there; both are logged once', async () => {
    const server = await RedisServer.create()
    onTestFinished(() => server.remove())
    const { first, second: other } = await replicas(2, { limit: '2/h' }, server.url())
    const { app, log } = first
    expect(await statuses(4, () => send(app))).toEqual([200, 200, 429, 429])
    expect(await statuses(3, () => send(other.app))).toEqual([200, 200, 429])
    expect(log.lines('rate_limit.fallback')).toMatchObject([
      { level: 'warning', message: 'Rate limits are counted by each process for itself', reason: /./ },
    ])
    expect(metric(app, 'chapkit_rate_limit_decisions_total')).toEqual({
      'allowed service': 2,
      'limited service': 2,
      'fallback service': 4,
    })

    await server.start()
    await soon(() => expect(log.lines('rate_limit.restored')).toMatchObject([{ level: 'info' }]))
    await soon(() => expect(other.log.lines('rate_limit.restored')).toHaveLength(1))
    expect((await send(app)).statusCode).toBe(200)
    expect(await statuses(2, () => send(other.app))).toEqual([200, 429])
    expect(metric(app, 'chapkit_rate_limit_decisions_total')).toMatchObject({ 'fallback service': 4 })
  })

  test('a server that is stopped and started: once logged, and requests never fail', async () => {
    const server = await startRedis()
    const { app, log } = (await replicas(1, { limit: '1000/h' }, server.url())).first
    for (const outage of [1, 2]) {
      expect((await send(app)).statusCode).toBe(200)
      expect(log.lines('rate_limit.restored')).toHaveLength(outage - 1)
      await server.stop()
      expect(await statuses(20, () => send(app))).toEqual(Array(20).fill(200))
      expect(log.lines('rate_limit.fallback')).toHaveLength(outage)
      await server.start()
      await soon(() => expect(log.lines('rate_limit.restored')).toHaveLength(outage))
    }
    expect((await send(app)).headers['ratelimit']).toMatch(/r=999;/)
  })

  test('a server that answers nothing any more holds up nobody for longer than the time-out', async () => {
    const server = await startRedis()
    const proxy = await startTcpProxy(server.port)
    const { app, log } = (await replicas(1, { limit: '3/h', timeout: 1_000 }, server.url(proxy.port))).first
    expect((await send(app)).headers['ratelimit']).toMatch(/r=2;/)
    proxy.block()
    expect(await statuses(5, () => send(app))).toEqual([200, 200, 200, 429, 429])
    expect(log.lines('rate_limit.fallback')).toMatchObject([{ reason: 'Redis did not answer in 1000 ms.' }])
    proxy.unblock()
    await soon(async () => {
      await send(app, '/nothing', { key: OTHER_KEY })
      expect(log.lines('rate_limit.restored')).toHaveLength(1)
    })
    // The one that Redis counted before, and the one that it got and could not answer in time.
    expect((await send(app)).statusCode).toBe(200)
    expect((await send(app)).statusCode).toBe(429)
  })

  test('a server that may not be written to is as none, and does not flap', async () => {
    const server = await startRedis()
    const { app, log } = (await replicas(1, { limit: '100/h' }, server.url())).first
    const redis = client(server.url())
    await redis.call('REPLICAOF', '127.0.0.1', '1')
    const end = Date.now() + 1_500
    while (Date.now() < end) expect((await send(app, '/things', { key: KEY })).statusCode).not.toBe(500)
    expect(log.lines('rate_limit.fallback')).toMatchObject([{ reason: /READONLY/ }])
    expect(log.lines('rate_limit.restored')).toEqual([])
    await redis.call('REPLICAOF', 'NO', 'ONE')
    await soon(async () => {
      await send(app, '/nothing', { key: OTHER_KEY })
      expect(log.lines('rate_limit.restored')).toHaveLength(1)
    })
  })

  test('a wrong password is not logged', async () => {
    const server = await startRedis('right-password')
    const wrong = server.url().replace('right-password', 'canary-password')
    const { app, log } = (await replicas(1, { limit: '1/h' }, wrong)).first
    expect(await statuses(2, () => send(app))).toEqual([200, 429])
    expect(log.lines('rate_limit.fallback')).toHaveLength(1)
    expect(log.text()).not.toContain('canary')
    const right = await replicas(1, { limit: '1/h' }, server.url())
    expect(await statuses(2, () => send(right.first.app))).toEqual([200, 429])
    expect(right.first.log.lines('rate_limit.fallback')).toEqual([])
  })
})
