import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { auth } from '@chapkit/auth'
import { Problem, type ServiceApp } from '@chapkit/core'
import { freePort, listening, startOtlpReceiver as startReceiver } from '@chapkit/testing'
import { type Monitoring, monitoring } from '@chapkit/monitoring'
import { expect, onTestFinished, test, vi } from 'vitest'
import { monitored, valuesOf } from './support.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`
const KEY = 'sk_test_canary0123456789'

/** OTLP's numbers. */
const SERVER = 2
const ERROR = 2

function monitoringOf(app: unknown): Monitoring {
  return (app as ServiceApp<{ monitoring: Monitoring }>).monitoring
}

test('a request is a span of the trace that it came with, named by its route', async () => {
  const receiver = await startReceiver()
  const { app } = monitored([(scope) => void scope.get('/things/:id', () => null)], {
    traces: { url: receiver.url, headers: { authorization: 'Bearer token' } },
    serviceName: 'things',
  })
  await app.inject({ url: '/things/7?secret=1', headers: { traceparent: PARENT, tracestate: 'a=b' } })
  await app.inject({ url: '/nope' })
  await app.close()
  const [traced, unmatched] = receiver.spans()
  expect(traced).toMatchObject({
    traceId: TRACE,
    parentSpanId: 'b7ad6b7169203331',
    name: 'GET /things/{id}',
    kind: SERVER,
    status: { code: 0 },
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/things/{id}',
      'url.path': '/things/7',
      'url.scheme': 'http',
      'http.response.status_code': 200,
    },
  })
  expect(unmatched).toMatchObject({ name: 'GET', attributes: { 'http.response.status_code': 404 } })
  expect(unmatched?.traceId).not.toBe(TRACE)
  expect(unmatched?.attributes).not.toHaveProperty('http.route')
  expect(receiver.text()).not.toContain('secret')
  expect(receiver.paths).toContain('/v1/traces')
  expect(receiver.headers).toContainEqual(expect.objectContaining({ authorization: 'Bearer token' }))
  expect(receiver.resources()).toContainEqual(expect.objectContaining({ 'service.name': 'things' }))
})

test('spans of the service and calls of others are children, after a body, too', async () => {
  const receiver = await startReceiver()
  const incoming: unknown[] = []
  const other = createServer((request, response) => {
    incoming.push(request.headers['traceparent'])
    response.end('{}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  const { app } = monitored(
    [
      (scope) => {
        scope.post('/work', async (request) => {
          const { tracer, traceHeaders } = monitoringOf(scope)
          tracer.startSpan('alone').end()
          return tracer.startActiveSpan('work', { attributes: { step: 1 } }, async (span) => {
            const { port } = other.address() as AddressInfo
            await fetch(`http://127.0.0.1:${port}`, { headers: traceHeaders(request) })
            tracer.startActiveSpan('within', (inner) => inner.end())
            span.end()
            return traceHeaders(request)
          })
        })
      },
    ],
    { traces: { url: receiver.url } },
  )
  const port = await listening(app)
  const answer = await fetch(`http://127.0.0.1:${port}/work`, {
    method: 'POST',
    headers: { traceparent: PARENT, 'content-type': 'application/json' },
    body: JSON.stringify({ a: 'x'.repeat(200_000) }),
  })
  expect(answer.status).toBe(200)
  await app.close()
  const spans = new Map(receiver.spans().map((span) => [span.name, span]))
  const [request, work] = [spans.get('POST /work'), spans.get('work')]
  expect([...spans.values()].map(({ traceId }) => traceId)).toEqual([TRACE, TRACE, TRACE, TRACE])
  expect(spans.get('alone')?.parentSpanId).toBe(request?.spanId)
  expect(work?.parentSpanId).toBe(request?.spanId)
  expect(work?.attributes).toEqual({ step: 1 })
  expect(spans.get('within')?.parentSpanId).toBe(work?.spanId)
  expect(incoming).toEqual([`00-${TRACE}-${work?.spanId}-01`])
})

test('trace_id is in log lines and problems; errors are events of the span, faults of clients are not', async () => {
  const receiver = await startReceiver()
  const { app, log } = monitored(
    [
      (scope) => {
        scope.get('/boom', () => {
          throw new TypeError('it broke')
        })
        scope.get('/text', () => {
          throw 'a text'
        })
        scope.get('/taken', () => {
          throw new Problem('conflict', 'Taken.')
        })
      },
    ],
    { traces: { url: receiver.url } },
  )
  const boom = await app.inject({ url: '/boom', headers: { traceparent: PARENT } })
  expect(boom.json()).toMatchObject({ status: 500, trace_id: TRACE })
  await app.inject({ url: '/text' })
  const taken = await app.inject({ url: '/taken' })
  await app.close()
  const [broken, , refused] = receiver.spans()
  const lines = log.lines().filter(({ path }) => path === '/boom')
  expect(lines.map(({ event }) => event)).toEqual([
    'http.request.start',
    'http.request.error',
    'http.request.complete',
  ])
  expect(lines.every((line) => line['trace_id'] === TRACE && line['span_id'] === broken?.spanId)).toBe(true)
  expect(broken).toMatchObject({
    status: { code: ERROR },
    attributes: { 'error.type': 'TypeError', 'http.response.status_code': 500 },
    events: [
      { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'it broke' } },
    ],
  })
  expect(refused).toMatchObject({ status: { code: 0 }, events: [] })
  expect(taken.json()).toMatchObject({ trace_id: refused?.traceId })
})

test('a key is in no span, wherever it was sent', async () => {
  const receiver = await startReceiver()
  const { app, log } = monitored(
    [
      auth({ apiKeys: [KEY, TRACE] }),
      (scope) => {
        scope.get('/echo/:text', (request) => {
          throw new Error(
            `not ${JSON.stringify(request.params)} with ${request.headers['x-api-key'] as string}`,
          )
        })
      },
    ],
    { traces: { url: receiver.url } },
  )
  const headers = {
    'x-api-key': KEY,
    authorization: `Bearer ${KEY}`,
    cookie: `key=${KEY}`,
    'user-agent': KEY,
    host: KEY,
    traceparent: PARENT,
    tracestate: `key=${KEY}`,
  }
  const answer = await app.inject({ url: `/echo/${KEY}?key=${KEY}`, headers })
  expect(answer.statusCode).toBe(500)
  await app.inject({
    url: `/nope/${KEY}`,
    headers: { ...headers, traceparent: `00-${'a'.repeat(32)}-b7ad6b7169203331-01` },
  })
  await app.close()
  expect(receiver.spans()).toHaveLength(2)
  for (const written of [receiver.text(), log.text(), answer.body]) {
    expect(written).not.toContain(KEY)
    expect(written).not.toContain(TRACE)
  }
})

test('what is no traceparent is ignored', async () => {
  const receiver = await startReceiver()
  const { app } = monitored([(scope) => void scope.get('/', () => null)], { traces: { url: receiver.url } })
  const wrong = [
    '',
    'x',
    PARENT.slice(1),
    PARENT.toUpperCase(),
    `ff${PARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${PARENT}-more`,
    `${PARENT}, ${PARENT}`,
    '00-'.repeat(5000),
  ]
  for (let at = 0; at < 300; at++) {
    const bytes = PARENT.split('')
    bytes[Math.floor(Math.random() * bytes.length)] = String.fromCharCode(33 + Math.floor(Math.random() * 94))
    wrong.push(bytes.join(''), PARENT.slice(0, at % PARENT.length))
  }
  for (const traceparent of wrong) {
    const answer = await app.inject({ url: '/', headers: { traceparent, tracestate: traceparent } })
    expect(answer.statusCode, traceparent).toBe(200)
  }
  await app.close()
  const parents = receiver.spans().filter(({ parentSpanId }) => parentSpanId)
  // A change of a hexadecimal digit, or of the flags, makes another valid one.
  expect(parents.every(({ traceId }) => /^[0-9a-f]{32}$/.test(traceId))).toBe(true)
  expect(receiver.spans().length).toBeGreaterThan(200)
})

test('without traces the id that came in is still in log and problems, and goes on to others', async () => {
  const { app, log } = monitored([
    (scope) => {
      scope.get('/', (request) => {
        const { tracer, traceHeaders } = monitoringOf(scope)
        const result = tracer.startActiveSpan('nothing', (span) => span.isRecording())
        return { recording: result, headers: traceHeaders(request) }
      })
    },
  ])
  const answer = await app.inject({ url: '/', headers: { traceparent: PARENT } })
  expect(answer.json()).toEqual({ recording: false, headers: { traceparent: PARENT } })
  expect((await app.inject({ url: '/' })).json()).toEqual({ recording: false, headers: {} })
  await app.inject({ url: '/', headers: { traceparent: 'malformed' } })
  expect((await app.inject({ url: '/nope', headers: { traceparent: PARENT } })).json()).toMatchObject({
    trace_id: TRACE,
  })
  expect(log.lines('http.request.complete').map(({ trace_id }) => trace_id)).toEqual([
    TRACE,
    undefined,
    undefined,
    TRACE,
  ])
})

test('a trace that was not sampled elsewhere is not here; a ratio of 0 samples none that begins here', async () => {
  const receiver = await startReceiver()
  const { app } = monitored(
    [
      (scope) => {
        scope.get('/', () => {
          throw new Error('not recorded')
        })
      },
    ],
    { traces: { url: `${receiver.url}/v1/traces`, sampleRatio: 0 } },
  )
  await app.inject({ url: '/' })
  await app.inject({ url: '/', headers: { traceparent: PARENT.replace(/01$/, '00') } })
  await app.inject({ url: '/', headers: { traceparent: PARENT } })
  await app.close()
  expect(receiver.spans().map(({ traceId }) => traceId)).toEqual([TRACE])
})

test('a client that goes ends the span', async () => {
  const receiver = await startReceiver()
  const { app, page } = monitored([(scope) => void scope.get('/slow', () => new Promise(() => undefined))], {
    traces: { url: receiver.url },
  })
  const port = await listening(app)
  await expect(fetch(`http://127.0.0.1:${port}/slow`, { signal: AbortSignal.timeout(200) })).rejects.toThrow(
    'timeout',
  )
  const aborted = async () => valuesOf(await page(), 'chapkit_http_aborted_requests_total')
  await vi.waitFor(async () => expect(await aborted()).toEqual([1]), 10_000)
  await app.close()
  expect(receiver.spans()).toContainEqual(
    expect.objectContaining({
      name: 'GET /slow',
      attributes: expect.objectContaining({ 'chapkit.aborted': true }) as unknown,
    }),
  )
})

test('a collector that refuses costs spans only, is logged once, and they are counted', async () => {
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '20')
  onTestFinished(() => void vi.unstubAllEnvs())
  const receiver = await startReceiver('refuse')
  const { log, page } = monitored([], { traces: { url: receiver.url } })
  const spans = async (result: string) => valuesOf(await page(), 'chapkit_traces_spans_total', { result })[0]
  await vi.waitFor(async () => expect(await spans('failed')).toBeGreaterThan(2), 10_000)
  receiver.become('ok')
  await vi.waitFor(async () => expect(await spans('exported')).toBeGreaterThan(0), 10_000)
  expect(log.lines('monitoring.export_failed')).toHaveLength(1)
  expect(log.lines('monitoring.export_recovered')).toHaveLength(1)
})

test('a collector that is not there or never answers costs no request, and at most some seconds at the end', async () => {
  const silent = await startReceiver('silence')
  for (const url of [silent.url, `http://127.0.0.1:${await freePort()}`]) {
    const { app } = monitored([(scope) => void scope.get('/', () => null)], { traces: { url } })
    for (let at = 0; at < 10; at++) expect((await app.inject({ url: '/' })).statusCode).toBe(200)
    const start = Date.now()
    await app.close()
    expect(Date.now() - start).toBeLessThan(8000)
  }
})

test('spans that wait for the collector are bounded', async () => {
  const silent = await startReceiver('silence')
  const { app, page } = monitored([], { traces: { url: silent.url } })
  await app.ready()
  const { tracer } = monitoringOf(app)
  for (let at = 0; at < 5000; at++) tracer.startSpan('many').end()
  const [dropped] = valuesOf(await page(), 'chapkit_traces_spans_total', { result: 'dropped' })
  expect(dropped).toBe(5000 - 2048)
})

test.each([
  [{}, 0],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'here' }, 1],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'here' }, 1],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'here', OTEL_SDK_DISABLED: 'true' }, 0],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'here', OTEL_TRACES_EXPORTER: 'none' }, 0],
])('the environment turns traces on: %j', async (given, count) => {
  const receiver = await startReceiver()
  for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value.replace('here', receiver.url))
  vi.stubEnv('OTEL_SERVICE_NAME', 'from-env')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { app } = monitored([], {}, {}, (options) => monitoring(options))
  const { body } = await app.inject({ url: '/metrics' })
  expect(body).toContain('service_name="from-env"')
  await app.close()
  expect(receiver.spans()).toHaveLength(count)
})

test('nothing of it is global', async () => {
  const { trace } = await import('@opentelemetry/api')
  const receiver = await startReceiver()
  const { app } = monitored([], { traces: { url: receiver.url } })
  await app.ready()
  trace.getTracer('global').startSpan('global').end()
  await app.close()
  expect(receiver.spans()).toEqual([])
})
