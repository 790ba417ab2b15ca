import { expect, test } from 'vitest'
import { health, type HealthCheck } from '@chapkit/core'
import { listening } from '@chapkit/testing'
import { routes, service } from './support.ts'

const healthy: HealthCheck = () => ({ state: 'healthy' })
const slow: HealthCheck = () => ({ state: 'degraded', message: 'slow' })
const down: HealthCheck = async () => ({ state: 'unhealthy', message: 'down' })

test('without checks a service is healthy', async () => {
  const { app } = service([health()])
  const answer = await app.inject({ url: '/health' })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toEqual({ status: 'healthy' })
})

test('degraded is 200, and the worst state wins', async () => {
  const { app } = service([health({ checks: { cache: healthy, queue: slow } })])
  const answer = await app.inject({ url: '/health' })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toEqual({
    status: 'degraded',
    checks: { cache: { state: 'healthy' }, queue: { state: 'degraded', message: 'slow' } },
  })
})

test('unhealthy is 503, a report and a problem document in one', async () => {
  const { app } = service([health({ checks: { a: slow, queue: down, b: slow } })])
  const answer = await app.inject({ url: '/health' })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json()).toEqual({
    type: 'urn:chapkit:error:unavailable',
    title: 'Service Unavailable',
    detail: 'Unhealthy: queue.',
    instance: '/health',
    status: 'unhealthy',
    checks: {
      a: { state: 'degraded', message: 'slow' },
      queue: { state: 'unhealthy', message: 'down' },
      b: { state: 'degraded', message: 'slow' },
    },
  })
})

test('no message shows a secret', async () => {
  const quoting: HealthCheck = () => ({ state: 'degraded', message: 'refused sk_dev_canary00' })
  const failing: HealthCheck = () => Promise.reject(new Error('refused sk_dev_canary00'))
  const { app } = service([health({ checks: { quoting, failing } })])
  const answer = await app.inject({ url: '/health' })
  expect(answer.json().checks).toEqual({
    quoting: { state: 'degraded', message: 'refused ***' },
    failing: { state: 'unhealthy', message: 'Check failed: refused ***' },
  })
})

test.each<[string, HealthCheck, string]>([
  [
    'throws',
    () => {
      throw new Error('check exploded')
    },
    'Check failed: check exploded',
  ],
  ['rejects with something else', () => Promise.reject('no error'), 'Check failed: no error'],
  ['gives no state', () => ({ state: 'fine' }) as never, "Check failed: 'fine' is no state"],
  ['gives nothing', (() => undefined) as never, 'Check failed: '],
])('a check that %s is unhealthy', async (_what, check, message) => {
  const { app } = service([health({ checks: { cache: healthy, bad: check } })])
  const answer = await app.inject({ url: '/health' })
  expect(answer.statusCode).toBe(503)
  expect(answer.json().checks.bad).toEqual({ state: 'unhealthy', message: expect.stringContaining(message) })
})

test('probes answer: alive whatever the checks say, ready only when they are well', async () => {
  const { app } = service([health({ checks: { queue: down } })])
  expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200)
  expect((await app.inject({ url: '/health/startup' })).statusCode).toBe(200)
  expect((await app.inject({ url: '/health/ready' })).statusCode).toBe(503)
  expect((await app.inject({ method: 'HEAD', url: '/health/ready' })).body).toBe('')
})

test('the database is checked last, and not at all when it is not wanted', async () => {
  const database = routes((app) => void app.kernel.healthChecks.set('database', slow), 'database')
  const included = service([health({ checks: { cache: healthy } }), database])
  expect(Object.keys((await included.app.inject({ url: '/health' })).json().checks)).toEqual([
    'cache',
    'database',
  ])
  const excluded = service([health({ prefix: '/healthz', includeDatabaseCheck: false }), database])
  expect((await excluded.app.inject({ url: '/healthz' })).json()).toEqual({ status: 'healthy' })
  expect((await excluded.app.inject({ url: '/health' })).statusCode).toBe(404)
})

test('the stream sends a report at each interval until the client goes', async () => {
  const { app } = service([health({ checks: { queue: down } })])
  const port = await listening(app)
  const answer = await fetch(`http://127.0.0.1:${port}/health/%24stream?poll_interval=0.01`)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-cache')
  expect(answer.headers.get('x-accel-buffering')).toBe('no')
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.split('\n\n').length < 3) text += (await reader?.read())?.value
  expect(text).toMatch(
    /^data: \{"status":"unhealthy","checks":\{"queue":\{"state":"unhealthy","message":"down"\}\}\}\n\n/,
  )
  await reader?.cancel()
})

test('an open stream ends when the service closes', async () => {
  const { app } = service([health()])
  const port = await listening(app)
  const answer = await fetch(`http://127.0.0.1:${port}/health/$stream`)
  const text = answer.text()
  await app.close()
  expect(await text).toBe('data: {"status":"healthy"}\n\nevent: close\ndata: {"reason":"shutdown"}\n\n')
})

test('HEAD on the stream answers with its headers alone', async () => {
  const { app } = service([health()])
  const answer = await app.inject({ method: 'HEAD', url: '/health/$stream' })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
})

test.each(['0', '-1', 'x', '1e9'])('an interval of %s is refused', async (interval) => {
  const { app } = service([health()])
  const answer = await app.inject({ url: `/health/$stream?poll_interval=${interval}` })
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors[0].pointer).toBe('/poll_interval')
})

test('the document says how a report comes, and what an interval may be', async () => {
  const { app } = service([health()])
  const { paths } = (await app.inject('/openapi.json')).json()
  const content = (path: string) =>
    Object.entries(paths[path].get.responses as Record<string, { content: object }>).map(
      ([status, response]) => [status, ...Object.keys(response.content)],
    )
  expect(content('/health')).toEqual([
    ['200', 'application/json'],
    ['503', 'application/problem+json'],
  ])
  expect(content('/health/$stream')).toEqual([
    ['200', 'text/event-stream'],
    ['422', 'application/problem+json'],
  ])
  expect(paths['/health/$stream'].get.parameters).toMatchObject([{ name: 'poll_interval', required: false }])
})

test.each(['a b', 'a.b', ''])('%j is no name for a check', (name) => {
  expect(() => health({ checks: { [name]: healthy } })).toThrow(
    `withHealth(): Health check name '${name}' contains invalid characters. Only letters, digits, underscores and hyphens are allowed.`,
  )
})

test('checks are functions', () => {
  expect(() => health({ checks: { a: 'x' as never } })).toThrow(
    "option 'checks' must be an object of functions by name",
  )
  expect(() => health({ checks: null as never })).toThrow(
    "option 'checks' must be an object of functions by name",
  )
  expect(() => health({ prefix: 'health' })).toThrow("option 'prefix' must be a path")
  expect(() => health({ checks: { 'a-b_c': healthy } })).not.toThrow()
})
