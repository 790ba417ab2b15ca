import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { health, logging, sendEvents } from '@chapkit/core'
import { listening } from '@chapkit/testing'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { routes, service } from './support.ts'

/** TLS with a shared key: it needs no certificate. */
const PSK = { psk: Buffer.alloc(32, 7), identity: 'test' }
const TLS = { ciphers: 'PSK', pskCallback: () => PSK.psk }
const TLS_CLIENT = { ciphers: 'PSK', pskCallback: () => PSK, checkServerIdentity: () => undefined }

const gates = new Set<() => void>()
afterEach(() => gates.clear())

/** Characters; more than all buffers on the way hold. */
const LARGE = 20_000_000

const streams = new Set<ServerResponse>()
const slow = routes((app) => {
  app.get('/slow', async () => {
    await new Promise<void>((resolve) => gates.add(resolve))
    return { done: true }
  })
  app.get('/quick', () => ({ done: true }))
  app.get('/large', () => 'x'.repeat(LARGE))
  app.post('/body', (request) => request.body)
  app.get('/events', (_request, reply) => {
    streams.add(reply.raw)
    return sendEvents(reply, async function* (signal) {
      while (!signal.aborted) yield await Promise.resolve({ text: 'x'.repeat(100_000) })
    })
  })
  app.get('/event', (_request, reply) =>
    sendEvents(reply, async function* (signal) {
      yield { first: true }
      if (!signal.aborted) await once(signal, 'abort')
    }),
  )
})

const written = new Map<ServerResponse, number | undefined>()

/** Whether the client has read nothing since the last look, and the answer waits for it. */
function isStalled(answer: ServerResponse): boolean {
  const before = written.get(answer)
  const now = answer.socket?.bytesWritten
  written.set(answer, now)
  return answer.writableNeedDrain && before === now
}

function client(port: number, bytes: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

test('clients that are in the middle of something do not keep a service from closing', async () => {
  const { app } = service([slow])
  const port = await listening(app)
  client(port, 'GET /slow HTT')
  const first = once(app.server, 'request')
  client(
    port,
    'POST /body HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a',
  )
  await first
  const second = once(app.server, 'request')
  client(port, 'GET /events HTTP/1.1\r\nHost: x\r\n\r\n').pause()
  await second
  await vi.waitFor(() => expect([...streams].some(isStalled)).toBe(true), { timeout: 30_000, interval: 100 })

  await app.close()
  expect(app.server.listening).toBe(false)
})

test('a handler that takes longer answers all the same', async () => {
  const { app } = service([slow])
  const port = await listening(app)
  const answer = fetch(`http://127.0.0.1:${port}/slow`)
  const stalled = client(port, 'GET /slow HTT')
  const dropped = once(stalled, 'close')
  stalled.resume()
  await once(app.server, 'request')
  const closed = app.close()
  await dropped
  for (const open of gates) open()
  expect(await (await answer).json()).toEqual({ done: true })
  await closed
})

test('row 27: with TLS, a request without Host is a problem, and a client that stalls is let go', async () => {
  const { app } = service([slow], { https: TLS, headersTimeout: 7_000 })
  expect(app.server).toMatchObject({ headersTimeout: 7_000 })
  const port = await listening(app)
  const socket = connectTls({ port, host: '127.0.0.1', ...TLS_CLIENT })
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.write('GET /slow HTTP/1.1\r\n\r\n')
  await once(socket, 'close')
  expect(text).toMatch(/^HTTP\/1\.1 400 /)
  expect(text).toContain('application/problem+json')

  const stalled = connectTls({ port, host: '127.0.0.1', ...TLS_CLIENT })
  onTestFinished(() => void stalled.destroy())
  await once(stalled, 'secureConnect')
  stalled.on('error', () => undefined).write('GET /slow HTT')
  await app.close()
  expect(app.server.listening).toBe(false)
})

test.each(['/event', '/missing'])(
  'an HTTP/2 client that keeps its session after GET %s does not keep a service from closing',
  async (path) => {
    const warnings: string[] = []
    const warned = (warning: Error) => void warnings.push(warning.message)
    process.on('warning', warned)
    onTestFinished(() => void process.off('warning', warned))

    const { app } = service([slow], { http2: true, bodyLimit: 10 })
    const session = connectHttp2(`http://127.0.0.1:${await listening(app)}`)
    onTestFinished(() => session.destroy())
    const request = session.request({ ':path': path })
    await once(request, 'data')
    request.resume()
    const large = session.request({ ':path': '/body', ':method': 'POST', 'content-type': 'application/json' })
    large.end('"more than ten bytes"')
    expect((await once(large, 'response'))[0]).toMatchObject({ ':status': 413 })
    large.resume()

    await app.close()
    expect(app.server.listening).toBe(false)
    expect(warnings).toEqual([])
  },
)

test.each([
  ['TLS', { https: TLS }],
  ['HTTP/2', { http2: true }],
  ['HTTP/2 over TLS', { http2: true, https: TLS }],
] as const)(
  'with %s, a client that says nothing does not keep a service from closing',
  async (_what, options) => {
    const { app } = service([slow], options)
    const accepted = once(app.server, 'connection')
    client(await listening(app), '')
    await accepted
    await app.close()
    expect(app.server.listening).toBe(false)
  },
)

test('with HTTP/2, a handler is waited for, and a client that sends half of a body is not', async () => {
  const { app } = service([slow], { http2: true })
  const url = `http://127.0.0.1:${await listening(app)}`
  const session = connectHttp2(url)
  const other = connectHttp2(url)
  onTestFinished(() => [session, other].forEach((each) => each.destroy()))
  const half = other.request({ ':path': '/body', ':method': 'POST', 'content-type': 'application/json' })
  half.on('error', () => undefined).write('{"a')
  const request = session.request({ ':path': '/slow' })
  const answered = once(request, 'response')
  await vi.waitFor(() => expect(gates.size).toBe(1), { timeout: 30_000 })
  const closed = app.close()
  await once(other, 'close')
  for (const open of gates) open()
  expect((await answered)[0]).toMatchObject({ ':status': 200 })
  request.resume()
  await closed
})

test('an answer that its client reads slowly arrives whole', async () => {
  const { app } = service([slow])
  const port = await listening(app)
  const socket = client(port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  let received = 0
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    socket.pause()
    setTimeout(() => socket.resume(), 1)
  })
  await once(socket, 'data')
  const ended = once(socket, 'close')
  await app.close()
  await ended
  expect(received).toBeGreaterThan(LARGE)
})

test('an answer that its client reads no more does not keep a service from closing', async () => {
  const { app } = service([slow])
  const port = await listening(app)
  const socket = client(port, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  await app.close()
  expect(app.server.listening).toBe(false)
})

test('a request that came behind a stream is answered', async () => {
  const { app } = service([slow])
  const port = await listening(app)
  const socket = client(port, 'GET /event HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(socket, 'data')
  await vi.waitFor(() => expect(gates.size).toBe(1), { timeout: 30_000 })
  const closed = app.close()
  await vi.waitFor(() => expect(text).toContain('event: close'), { timeout: 30_000 })
  for (const open of gates) open()
  await once(socket, 'close')
  await closed
  expect(text).toContain('{"done":true}')
})

test('row 6: CONNECT is 405 in HTTP/2, and closed in HTTP/1.1', async () => {
  const { app } = service([slow], { http2: true, https: { ...TLS, allowHTTP1: true } })
  const port = await listening(app)
  const session = connectHttp2(`https://127.0.0.1:${port}`, TLS_CLIENT)
  onTestFinished(() => session.destroy())
  const tunnel = session.request({ ':method': 'CONNECT', ':authority': 'x:80' })
  const [headers] = (await once(tunnel, 'response')) as [Record<string, unknown>]
  expect(headers).toMatchObject({
    ':status': 405,
    'content-type': 'application/problem+json',
    'x-request-id': expect.stringMatching(/^[0-9A-Z]{26}$/),
  })
  tunnel.close()

  const socket = connectTls({ port, host: '127.0.0.1', ALPNProtocols: ['http/1.1'], ...TLS_CLIENT })
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.write('CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'close')
  expect(text).toBe('')
})

test('row 23: with a delay, a service that closes is not ready, and serves on until then', async () => {
  const well = health({ checks: { well: () => ({ state: 'healthy' }) } })
  const { app, log } = service([logging(), slow, well], { shutdownDelay: 1_500 })
  const port = await listening(app)
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  expect((await get('/health/ready')).status).toBe(200)
  const stream = await get('/event')

  const closed = app.close()
  await vi.waitFor(() => expect(app.kernel.draining.aborted).toBe(true), { interval: 1 })
  const ready = await get('/health/ready')
  expect(ready.status).toBe(503)
  expect(ready.headers.get('content-type')).toBe('application/problem+json')
  expect(ready.headers.get('retry-after')).toBe('1')
  expect(await ready.json()).toEqual({
    type: 'urn:chapkit:error:unavailable',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The service is about to shut down.',
    instance: '/health/ready',
  })
  const others = ['/health', '/health/live', '/health/startup', '/quick']
  expect(await Promise.all(others.map(async (path) => (await get(path)).status))).toEqual([
    200, 200, 200, 200,
  ])
  expect(app.kernel.openStreams.size).toBe(1)
  expect(app.kernel.closing.aborted).toBe(false)

  expect(await stream.text()).toContain('event: close\ndata: {"reason":"shutdown"}')
  await closed
  expect(log.lines('http.request.error')).toEqual([])
  await expect(get('/quick')).rejects.toThrow('fetch failed')
})

test('a stream that inject() waits for ends with the service', async () => {
  const { app } = service([
    routes((app) => {
      app.get('/events', (_request, reply) =>
        sendEvents(reply, async function* () {
          yield 1
          await new Promise(() => undefined)
        }),
      )
    }),
  ])
  await app.ready()
  const answer = app.inject('/events')
  await vi.waitFor(() => expect(app.kernel.openStreams.size).toBe(1))
  await app.close()
  expect((await answer).body).toContain('event: close')
})

test('a service that does not listen has nobody to wait for', async () => {
  const { app } = service([slow], { shutdownDelay: 600_000 })
  await app.ready()
  await app.close()
  expect(app.kernel.closing.aborted).toBe(true)
})
