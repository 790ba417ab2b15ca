import { auth } from '@chapkit/auth'
import { expect, test, vi } from 'vitest'
import { monitoring } from '@chapkit/monitoring'
import { monitored, parsePage, valuesOf, withKernel } from './support.ts'

const KEY = 'sk_test_0123456789abcdef'

test.each(['application/openmetrics-text', 'text/html', '*/*', 'application/json'])(
  'the page has the text format of Prometheus, whatever Accept says: %s',
  async (accept) => {
    const { app } = monitored()
    const answer = await app.inject({ url: '/metrics', headers: { accept } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(valuesOf(parsePage(answer.body), 'target_info', { service_name: 'Test' })).toEqual([1])
  },
)

test('the page needs a key, is in the request log, and counts itself', async () => {
  const { app, log } = monitored([auth({ apiKeys: [KEY] })])
  expect((await app.inject({ url: '/metrics' })).statusCode).toBe(401)
  const answer = await app.inject({ url: '/metrics', headers: { 'x-api-key': KEY } })
  expect(answer.statusCode).toBe(200)
  const labels = { http_target: '/metrics', http_status_code: '401' }
  expect(valuesOf(parsePage(answer.body), 'http_server_duration_milliseconds_count', labels)).toEqual([1])
  expect(log.lines('http.request.complete')).toMatchObject([{ status_code: 401 }, { status_code: 200 }])
  expect(answer.body + log.text()).not.toContain(KEY)
})

test('scopes and limits: the page wants metrics:read, and is never limited', async () => {
  const seen: unknown[] = []
  const { app } = monitored([
    {
      name: 'watch',
      order: 'early',
      plugin: (scope) => void scope.addHook('onRoute', ({ url, config }) => void seen.push([url, config])),
    },
  ])
  await app.ready()
  expect(seen).toContainEqual(['/metrics', { scopes: ['metrics:read'], rateLimit: false }])
})

test('another prefix and another name', async () => {
  const { app } = monitored([], { prefix: '/custom/metrics', serviceName: 'custom-name', tags: ['Ops'] })
  expect((await app.inject({ url: '/metrics' })).statusCode).toBe(404)
  const answer = await app.inject({ url: '/custom/metrics' })
  expect(valuesOf(parsePage(answer.body), 'target_info', { service_name: 'custom-name' })).toEqual([1])
  const document = (await app.inject({ url: '/openapi.json' })).json<{ paths: Record<string, unknown> }>()
  expect(document.paths['/custom/metrics']).toMatchObject({
    get: { tags: ['Ops'], responses: { 200: { content: { 'text/plain': { schema: { type: 'string' } } } } } },
  })
})

test('what modules count is on the page; families of one name are one', async () => {
  const family = (result: string, value: number) => ({
    name: 'chapkit_test_total',
    help: 'Counts.',
    type: 'counter' as const,
    collect: () => [{ labels: { result }, value }],
  })
  const { app } = monitored([
    withKernel(({ metrics }) => {
      metrics.push(family('ok', 3), family('bad "quoted"\n', 4))
      metrics.push({ name: 'chapkit_test_gauge', help: 'Now.', type: 'gauge', collect: () => [] })
    }),
  ])
  const { body } = await app.inject({ url: '/metrics' })
  expect(body.match(/^# TYPE chapkit_test_total counter$/gm)).toHaveLength(1)
  expect(body).toContain(
    'chapkit_test_total{result="ok"} 3\nchapkit_test_total{result="bad \\"quoted\\"\\n"} 4\n',
  )
  expect(valuesOf(parsePage(body), 'chapkit_test_total')).toEqual([3, 4])
})

test("metrics of the service's own are on the page", async () => {
  const { app, page } = monitored()
  await app.ready()
  const { monitoring: own } = app as typeof app & {
    monitoring: { meter: import('@opentelemetry/api').Meter }
  }
  own.meter.createCounter('reports.made', { description: 'Reports.' }).add(2, { kind: 'daily' })
  expect(valuesOf(await page(), 'reports_made_total', { kind: 'daily' })).toEqual([2])
})

test('the process and Node.js are measured', async () => {
  const { page } = monitored()
  const series = await page()
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_virtual_memory_bytes',
    'process_start_time_seconds',
    'process_open_fds',
    'process_max_fds',
    'nodejs_memory_external_bytes',
    'nodejs_active_resources',
  ]) {
    const [value] = valuesOf(series, name)
    expect(value, name).toBeGreaterThan(0)
  }
  expect(
    valuesOf(series, 'v8js_memory_heap_used_bytes', { v8js_heap_space_name: 'old_space' })[0],
  ).toBeGreaterThan(1e6)
  expect(series.filter(({ value }) => Number.isNaN(value))).toEqual([])
})

test('the process was started once', async () => {
  const { page } = monitored()
  const start = async () => valuesOf(await page(), 'process_start_time_seconds')
  const first = await start()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await start()).toEqual(first)
})

test('garbage collection and a blocked event loop show', async () => {
  const { page } = monitored()
  await page()
  await new Promise((resolve) => setTimeout(resolve, 30))
  const until = Date.now() + 200
  while (Date.now() < until) Array.from({ length: 10_000 }, (_, at) => ({ at }))
  await vi.waitFor(async () => {
    const collections = valuesOf(await page(), 'v8js_gc_duration_seconds_count')
    expect(Math.max(...collections)).toBeGreaterThan(0)
  }, 10_000)
  await new Promise((resolve) => setTimeout(resolve, 30))
  const block = Date.now() + 200
  while (Date.now() < block);
  await new Promise((resolve) => setTimeout(resolve, 30))
  const series = await page()
  expect(valuesOf(series, 'nodejs_eventloop_delay_max_seconds')[0]).toBeGreaterThan(0.1)
  expect(valuesOf(series, 'nodejs_eventloop_utilization_ratio')[0]).toBeLessThanOrEqual(1)
})

test('two services in one process do not see each other', async () => {
  const one = monitored([(scope) => void scope.get('/one', () => null)])
  const two = monitored()
  await one.app.inject({ url: '/one' })
  expect(valuesOf(await two.page(), 'http_server_duration_milliseconds_count')).toEqual([])
})

test.each([
  [{ prefix: 'metrics' }, "withMonitoring(): option 'prefix' must be a path such as"],
  [{ serviceName: '' }, "withMonitoring(): option 'serviceName'"],
  [{ port: 9464 }, "withMonitoring(): unknown option 'port'. Options: prefix, serviceName, tags, traces."],
  [
    { traces: 'yes' },
    "withMonitoring(): option 'traces' must be true, false or an object: { url, headers, sampleRatio }",
  ],
  [{ traces: { url: 'collector:4318' } }, "withMonitoring({ traces }): option 'url' must be a URL such as"],
  [{ traces: { sampleRatio: 2 } }, "withMonitoring({ traces }): option 'sampleRatio'"],
  [{ traces: { endpoint: '' } }, "withMonitoring({ traces }): unknown option 'endpoint'"],
])('%j is refused', (options, message) => {
  expect(() => monitoring(options as never)).toThrow(message)
})
