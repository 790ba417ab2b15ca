import { once } from 'node:events'
import { METHODS } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { health, sendEvents, type ServiceModule } from '@chapkit/core'
import { listening, sendRaw } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { kindLabels, KINDS, kindOf } from '../src/http/method.ts'
import { RouteSeries } from '../src/http/route-series.ts'
import { routeTemplate } from '../src/http/route-template.ts'
import { monitored, parsePage, type Series, valuesOf } from './support.ts'

const COUNT = 'http_server_duration_milliseconds_count'

test.each([
  ['/api/v1/configs/:entity_id', '/api/v1/configs/{entity_id}'],
  ['/a/:id(^\\d{2}(x|y)$)/b', '/a/{id}/b'],
  ['/:file.:ext', '/{file}.{ext}'],
  ['/users/:name?', '/users/{name}'],
  ['/op::verb', '/op:verb'],
  ['/static/*', '/static/{path}'],
  ['/', '/'],
])('the template of %s is %s', (url, template) => {
  expect(routeTemplate(url)).toBe(template)
})

test('requests count under the template of their route, with method, status and version', async () => {
  const { app, page } = monitored([
    (scope) => {
      scope.get('/things/:id', () => ({ ok: true }))
      scope.post('/things', (_request, reply) => reply.code(201).send({}))
    },
  ])
  await app.inject({ url: '/things/1' })
  await app.inject({ url: '/things/2?x=1' })
  await app.inject({ method: 'HEAD', url: '/things/3' })
  await app.inject({ method: 'POST', url: '/things', payload: { name: 'é' } })
  const series = await page()
  const labels = { http_flavor: '1.1', http_scheme: 'http' }
  const found = series.filter(({ name }) => name === COUNT)
  expect(found.map((one) => ({ ...one.labels, value: one.value }))).toEqual([
    { ...labels, http_method: 'GET', http_status_code: '200', http_target: '/things/{id}', value: 2 },
    { ...labels, http_method: 'HEAD', http_status_code: '200', http_target: '/things/{id}', value: 1 },
    { ...labels, http_method: 'POST', http_status_code: '201', http_target: '/things', value: 1 },
  ])
  expect(valuesOf(series, 'http_server_request_size_bytes_sum')).toEqual([13])
  // The answer to HEAD has no body.
  expect(valuesOf(series, 'http_server_response_size_bytes_sum')).toEqual([22, 0, 2])
  const buckets = valuesOf(series, 'http_server_duration_milliseconds_bucket', { http_method: 'GET' })
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b))
  expect(buckets.at(-1)).toBe(2)
})

test('what no route takes counts as one, whatever the reason', async () => {
  const { app, page } = monitored([
    (scope) => {
      scope.get('/things/:id', (_request, reply) => reply.callNotFound())
    },
  ])
  await app.inject({ url: '/nope' })
  await app.inject({ method: 'DELETE', url: '/things/1' })
  await app.inject({ url: '/things/1' })
  const labels = { http_target: 'unmatched' }
  const series = await page()
  expect(valuesOf(series, COUNT, { ...labels, http_status_code: '404' })).toEqual([1])
  expect(valuesOf(series, COUNT, { ...labels, http_status_code: '405' })).toEqual([1, 1])
  expect(valuesOf(series, COUNT)).toHaveLength(3)
})

test('streams count by the bytes that were written', async () => {
  const { app, page } = monitored([
    (scope) => {
      scope.get('/node', (_request, reply) => reply.send(Readable.from(['abc', Buffer.from('de')])))
      scope.get('/web', (_request, reply) => reply.send(new Blob(['abcdef']).stream()))
      scope.get('/buffer', (_request, reply) => reply.send(Buffer.from('abcd')))
    },
  ])
  for (const url of ['/node', '/web', '/buffer']) expect((await app.inject({ url })).statusCode).toBe(200)
  expect(valuesOf(await page(), 'http_server_response_size_bytes_sum')).toEqual([5, 6, 4])
})

/** Answers that end with their client alone: one that never begins, and a stream. */
const unending: ServiceModule['plugin'] = (scope) => {
  scope.get('/slow', () => new Promise(() => undefined))
  scope.get('/events', (_request, reply) =>
    sendEvents(reply, async function* (signal) {
      yield 1
      await once(signal, 'abort')
    }),
  )
}

test('a request that waits is active; one whose client goes is not, and counts as aborted', async () => {
  const { app, page } = monitored([unending])
  const port = await listening(app)
  const open = (path: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    return socket
  }
  const slow = open('/slow')
  const events = open('/events')
  await once(events, 'data')
  const active = async () => valuesOf(await page(), 'http_server_active_requests')
  // The page itself is one.
  await vi.waitFor(async () => expect(await active()).toEqual([3]), 10_000)
  slow.destroy()
  events.destroy()
  await vi.waitFor(async () => expect(await active()).toEqual([1]), 10_000)
  const series = await page()
  expect(valuesOf(series, 'chapkit_http_aborted_requests_total')).toEqual([2])
  // A stream was answered, as far as its client wanted; a request that nobody waited for was not.
  expect(valuesOf(series, COUNT, { http_target: '/events' })).toEqual([1])
  expect(valuesOf(series, COUNT, { http_target: '/slow' })).toEqual([])
  const [sent] = valuesOf(series, 'http_server_response_size_bytes_sum', { http_target: '/events' })
  expect(sent).toBe('data: 1\n\n'.length)
})

test('series name the address that the service listens on, and not the Host of the client', async () => {
  const { app, page } = monitored([health()])
  const port = await listening(app)
  await sendRaw(port, 'GET /health/live HTTP/1.0\r\nHost: evil.example\r\n\r\n')
  const series = await page()
  const [labels] = series.filter(({ name }) => name === COUNT).map((one) => one.labels)
  expect(labels).toMatchObject({
    http_flavor: '1.0',
    http_host: `127.0.0.1:${port}`,
    net_host_port: String(port),
  })
  expect(JSON.stringify(series)).not.toContain('evil')
})

test('HTTP/2 is a version of its own', async () => {
  const { app } = monitored([(scope) => void scope.get('/things', () => ({ ok: true }))], {}, { http2: true })
  const session = connectHttp2(`http://127.0.0.1:${await listening(app)}`)
  onTestFinished(() => session.close())
  const get = async (path: string): Promise<string> => {
    let body = ''
    const stream = session.request({ ':path': path }).setEncoding('utf8')
    stream.on('data', (text: string) => (body += text))
    await once(stream, 'end')
    return body
  }
  expect(await get('/things')).toBe('{"ok":true}')
  await vi.waitFor(async () => {
    const series = parsePage(await get('/metrics'))
    const labels = { http_flavor: '2', http_method: 'GET' }
    expect(valuesOf(series, COUNT, { ...labels, http_target: '/things' })).toEqual([1])
    expect(valuesOf(series, 'http_server_active_requests', labels)).toEqual([1])
    expect(valuesOf(series, 'chapkit_http_aborted_requests_total')).toEqual([])
  }, 10_000)
})

test('a request of HTTP/2 whose client goes is counted once', async () => {
  const { app, page } = monitored([unending], {}, { http2: true })
  const session = connectHttp2(`http://127.0.0.1:${await listening(app)}`)
  onTestFinished(() => session.close())
  const slow = session.request({ ':path': '/slow' })
  const events = session.request({ ':path': '/events' })
  await once(events, 'data')
  await vi.waitFor(
    async () =>
      expect(valuesOf(await page(), 'http_server_active_requests', { http_flavor: '2' })).toEqual([2]),
    10_000,
  )
  slow.close()
  events.close()
  await vi.waitFor(
    async () =>
      expect(valuesOf(await page(), 'http_server_active_requests', { http_flavor: '2' })).toEqual([]),
    10_000,
  )
  const series = await page()
  expect(valuesOf(series, 'chapkit_http_aborted_requests_total')).toEqual([2])
  expect(valuesOf(series, COUNT, { http_target: '/events' })).toEqual([1])
})

test('requests that wait behind another on a connection are not active when it has gone', async () => {
  const { app, page } = monitored([
    (scope) => {
      scope.get('/slow', () => new Promise(() => undefined))
      scope.get('/quick', () => ({ ok: true }))
    },
  ])
  const port = await listening(app)
  const socket = connect(port, '127.0.0.1')
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  socket.write(get('/quick') + get('/slow') + get('/quick') + get('/slow'))
  const active = async () => valuesOf(await page(), 'http_server_active_requests')
  // Two that are slow, one that is done and stands behind them, and the page.
  await vi.waitFor(async () => expect(await active()).toEqual([4]), 10_000)
  socket.destroy()
  await vi.waitFor(async () => expect(await active()).toEqual([1]), 10_000)
  expect(valuesOf(await page(), 'chapkit_http_aborted_requests_total')).toEqual([2])
})

test('an answer is over when the next one comes, though a hook before ours failed', async () => {
  const failing: ServiceModule = {
    name: 'test-kernel',
    order: 'early',
    plugin(scope) {
      scope.addHook('onResponse', (request, _reply, done) =>
        done(request.url === '/metrics' ? undefined : new Error('It fails.')),
      )
    },
  }
  const { app, page } = monitored([failing, (scope) => void scope.get('/quick', () => ({ ok: true }))])
  const port = await listening(app)
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  for (let count = 0; count < 3; count++) {
    socket.write('GET /quick HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
  }
  // The last of them, and the page.
  expect(valuesOf(await page(), 'http_server_active_requests')).toEqual([2])
})

test('an injected request whose answer is destroyed is not active', async () => {
  const { app, page } = monitored([
    (scope) => {
      scope.get('/gone', (_request, reply) => {
        reply.hijack()
        reply.raw.destroy()
      })
    },
  ])
  await app.inject('/gone').catch(() => undefined)
  const series = await page()
  expect(valuesOf(series, 'http_server_active_requests')).toEqual([1])
  expect(valuesOf(series, 'chapkit_http_aborted_requests_total')).toEqual([1])
})

test('methods that clients make up are one', () => {
  const line = { httpVersionMajor: 1, httpVersionMinor: 1 }
  const of = (method: string) => kindLabels(kindOf({ ...line, method })).http_method
  expect(['GET', 'PURGE', 'get', '__proto__', 'constructor', 'QUERY'].map(of)).toEqual([
    'GET',
    ...Array.from({ length: 5 }, () => '_OTHER'),
  ])
  expect(kindLabels(kindOf({ method: 'GET', httpVersionMajor: 2, httpVersionMinor: 0 }))).toEqual({
    http_flavor: '2',
    http_method: 'GET',
  })
  for (let kind = 0; kind < KINDS; kind++) expect(kindLabels(kind).http_method).toBeTruthy()
})

test('row 30: random paths, keys, methods and hosts make no series', async () => {
  const { app, page } = monitored([(scope) => void scope.get('/things/:id', () => ({ ok: true }))])
  const random = () => Math.random().toString(36).slice(2)
  const send = async (count: number) => {
    for (let at = 0; at < count; at++) {
      const url = at % 2 === 0 ? `/${random()}/${random()}?${random()}` : `/things/${random()}`
      const method = METHODS[at % METHODS.length] as 'GET'
      await app.inject({
        method,
        url,
        headers: { 'x-api-key': random(), host: random(), 'x-request-id': random() },
      })
    }
  }
  const identities = (series: Series[]) =>
    new Set(series.map(({ name, labels }) => name + JSON.stringify(labels)))
  await send(2 * METHODS.length)
  await page()
  const before = identities(await page())
  await send(2000)
  expect(identities(await page())).toEqual(before)
})

test('row 30: 100,000 requests of random methods and versions make as many series as there are kinds', () => {
  const route = new RouteSeries('unmatched')
  const reply = { statusCode: 404, elapsedTime: 1 } as never
  for (let at = 0; at < 100_000; at++) {
    const raw = {
      method: at % 3 === 0 ? 'GET' : Math.random().toString(36),
      url: `/${Math.random()}`,
      httpVersionMajor: at % 5,
      httpVersionMinor: at % 4,
    }
    route.record({ raw, headers: { 'content-length': String(at) } } as never, reply, at)
  }
  const all = [...route.all]
  expect(all).toHaveLength(6)
  expect(all.reduce((sum, { duration }) => sum + duration.count, 0)).toBe(100_000)
})
