import { readFileSync } from 'node:fs'
import { RedisServer, type ServiceProcess, startRedis, startService } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEY = 'sk_test_a1b2c3d4e5f6g7h8'

/** Two replicas that share a Redis server; on a busy machine it may take its time. */
async function startReplicas(
  redis: RedisServer,
  timeout = '20000',
): Promise<[ServiceProcess, ServiceProcess]> {
  const env = { CHAPKIT_API_KEYS: KEY, REDIS_URL: redis.url(), REDIS_TIMEOUT: timeout }
  return Promise.all([startService('server.ts', { cwd, env }), startService('server.ts', { cwd, env })])
}

function call({ origin }: ServiceProcess, method = 'GET'): Promise<Response> {
  return fetch(`${origin}/api/v1/reports`, { method, headers: { 'x-api-key': KEY } })
}

/** Requests that each replica has to answer at a time: more would wait for so long on a busy machine that it refuses them. */
const CROWD = 50

/** How many of so many requests were answered so. */
async function hammer(replicas: readonly ServiceProcess[], count: number): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  const ask = async (replica: ServiceProcess) => {
    const answer = await call(replica)
    await answer.arrayBuffer()
    counts[answer.status] = (counts[answer.status] ?? 0) + 1
  }
  const crowd = async (replica: ServiceProcess) => {
    let left = count / replicas.length
    const client = async () => {
      while (left-- > 0) await ask(replica)
    }
    await Promise.all(Array.from({ length: CROWD }, client))
  }
  await Promise.all(replicas.map(crowd))
  return counts
}

test('two processes and Redis: exactly the limit, of 1,000 requests of 100 clients', async () => {
  const replicas = await startReplicas(await startRedis())
  expect(await hammer(replicas, 1_000)).toEqual({ 200: 100, 429: 900 })
  for (const { process } of replicas) {
    expect(process.log('rate_limit.fallback')).toEqual([])
    expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
  }
})

test('the limit of the route is shared, too', async () => {
  const [first, second] = await startReplicas(await startRedis())
  const answers: number[] = []
  for (const replica of [first, second, first, second, first, second, first]) {
    answers.push((await call(replica, 'POST')).status)
  }
  expect(answers).toEqual([202, 202, 202, 202, 202, 429, 429])
  expect((await call(second)).headers.get('ratelimit')).toMatch(/^"default";r=94;t=\d+$/)
})

test('without Redis each replica counts for itself; when it is there, they count together', async () => {
  const redis = await RedisServer.create()
  onTestFinished(() => redis.remove())
  const replicas = await startReplicas(redis)
  expect(await hammer(replicas, 300)).toEqual({ 200: 200, 429: 100 })
  await redis.start()
  for (const { process } of replicas) {
    expect(await process.logged('rate_limit.fallback')).toHaveLength(1)
    expect(await process.logged('rate_limit.restored')).toHaveLength(1)
  }
  expect(await hammer(replicas, 300)).toEqual({ 200: 100, 429: 200 })
  for (const { process } of replicas) expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('without REDIS_URL one process has a limit in memory', async () => {
  const replica = await startService('server.ts', { cwd, env: { CHAPKIT_API_KEYS: KEY } })
  expect(await hammer([replica], 120)).toEqual({ 200: 100, 429: 20 })
})

test('WORKERS=2: the workers of one service have one limit, without Redis', async () => {
  const env = { CHAPKIT_API_KEYS: KEY, WORKERS: '2', REDIS_TIMEOUT: '20000' }
  const service = await startService('server.ts', { cwd, env })
  const listening = () => service.process.log().filter(({ event }) => event.startsWith('Server listening'))
  await vi.waitFor(() => expect(listening()).toHaveLength(2), { timeout: 30_000 })
  expect(await hammer([service], 300)).toEqual({ 200: 100, 429: 200 })
  expect(service.process.log('rate_limit.fallback')).toEqual([])
  const complete = await service.process.logged('http.request.complete', 300)
  expect(new Set(complete.map(({ worker }) => worker))).toEqual(new Set([1, 2]))
  expect(await service.process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('compose.yaml names the variables that the service reads, and two replicas', () => {
  const compose = readFileSync(new URL('compose.yaml', cwd), 'utf8')
  const app = readFileSync(new URL('app.ts', cwd), 'utf8')
  expect(app).toContain("process.env['REDIS_URL']")
  expect(compose).toContain('REDIS_URL: redis://redis:6379\n')
  expect(compose).toMatch(/^ {2}redis:$/m)
  expect(compose).toContain('CHAPKIT_API_KEYS: ${CHAPKIT_API_KEYS:?')
  expect(compose).toContain("- '8000-8001:8000'")
  expect(compose).toContain('replicas: 2')
})
