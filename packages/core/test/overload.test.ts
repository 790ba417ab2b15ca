import { once } from 'node:events'
import { Agent, get as httpGet } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { health, parseServiceInfo, type ServerOptions, servicePlugin } from '@chapkit/core'
import { closing, listening, startService } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { routes, service } from './support.ts'

const WAIT = { timeout: 30_000, interval: 50 }

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

/** A guard that comes after, and a handler that keeps the event loop for as long as it is told. */
function busy(guarded: string[] = []) {
  return routes((app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      guarded.push(request.url)
      done()
    })
    app.get<{ Querystring: { ms: number } }>('/block', (request) => {
      block(Number(request.query.ms))
      return { done: true }
    })
    app.post('/things', (request) => request.body)
  })
}

/** Answers to requests that arrive in one piece, so that the event loop takes them in one turn. */
async function together(port: number, ...requests: string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.write(requests.join(''))
  await once(socket, 'close')
  return text.split(/(?=HTTP\/1\.1 )/)
}

const LAST = 'Connection: close\r\n'
const blocking = (ms: number) => `GET /block?ms=${ms} HTTP/1.1\r\nHost: x\r\n\r\n`
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`

test('row 24: a request that the event loop comes to too late is refused before anything else; health answers', async () => {
  const guarded: string[] = []
  const { app, log } = service([busy(guarded), health()], { maxEventLoopDelay: 100 })
  const port = await listening(app)
  const answers = await together(
    port,
    blocking(200),
    get('/block?ms=0'),
    get('/nothing-here'),
    get('/health/live'),
    get('/health'),
    get('/health/ready', LAST),
  )
  expect(answers.map((answer) => Number(answer.slice(9, 12)))).toEqual([200, 503, 503, 200, 200, 200])
  expect(answers[1]).toMatch(/^retry-after: 1\r$/m)
  expect(answers[1]).toMatch(/^x-request-id: \w{26}\r$/m)
  expect(answers[1]).toMatch(/^content-type: application\/problem\+json\r$/m)
  expect(answers[1]).toContain('urn:chapkit:error:unavailable')
  expect(guarded).toEqual(['/block?ms=200', '/health/live', '/health', '/health/ready'])
  expect(log.lines('overload.shedding')).toMatchObject([
    { level: 'warning', delay_ms: expect.any(Number), limit_ms: 100 },
  ])
  expect(log.lines('http.request.error')).toEqual([])
  await vi.waitFor(() => expect(log.lines('overload.recovered')).toMatchObject([{ shed: 2 }]), WAIT)
  expect((await fetch(`http://127.0.0.1:${port}/block?ms=0`)).status).toBe(200)

  await together(port, blocking(200), get('/block?ms=0', LAST))
  expect(log.lines('overload.shedding')).toHaveLength(2)
  const values = Object.fromEntries(
    app.kernel.metrics.map(({ name, collect }) => [name, [...collect()].map(({ value }) => value)]),
  )
  expect(values['chapkit_overload_shed_total']).toEqual([3])
  expect(values['chapkit_event_loop_delay_seconds']?.[0]).toBeGreaterThan(0.1)
  for (const { name, help, type } of app.kernel.metrics) {
    expect([name, type]).toEqual([
      expect.stringMatching(/^chapkit_/),
      type === 'counter' ? 'counter' : 'gauge',
    ])
    expect(help).toMatch(/\.$/)
  }
})

test('connections that waited to be accepted have waited, too', async () => {
  const { app } = service([busy()], { maxEventLoopDelay: 100 })
  const port = await listening(app)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => fetch(`http://127.0.0.1:${port}/block?ms=200`)),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
})

test('what has a body is refused without reading it', async () => {
  const { app } = service([busy()], { maxEventLoopDelay: 100 })
  const port = await listening(app)
  const answers = await together(
    port,
    blocking(200),
    'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n',
  )
  expect(answers[1]).toMatch(/^HTTP\/1\.1 503 /)
  expect(answers[1]).toMatch(/^connection: close\r$/m)
})

test('with an instance that somebody else made, too', async () => {
  const app = closing(Fastify())
  const server: ServerOptions = { maxEventLoopDelay: 100, logStream: { write: () => undefined } }
  app.register(servicePlugin({ info: parseServiceInfo({ displayName: 'T' }), modules: [busy()], server }))
  const answers = await together(await listening(app), blocking(200), get('/block?ms=0', LAST))
  expect(answers[1]).toMatch(/^HTTP\/1\.1 503 /)
})

test('0 is no limit', async () => {
  const { app } = service([busy()], { maxEventLoopDelay: 0 })
  const answers = await together(await listening(app), blocking(1_500), get('/block?ms=0', LAST))
  expect(answers[1]).toMatch(/^HTTP\/1\.1 200 /)
})

test('what is injected has not waited', async () => {
  const { app } = service([busy()], { maxEventLoopDelay: 100 })
  await listening(app)
  block(200)
  expect((await app.inject('/block?ms=0')).statusCode).toBe(200)
})

test('the largest delay is forgotten', async () => {
  const { app } = service([busy()])
  await listening(app)
  block(300)
  const delay = () => {
    const family = app.kernel.metrics.find(({ name }) => name === 'chapkit_event_loop_delay_seconds')
    return [...(family?.collect() ?? [])][0]?.value ?? 0
  }
  expect(delay()).toBeGreaterThan(0.25)
  await sleep(100)
  expect(delay()).toBeGreaterThan(0.25)
  await vi.waitFor(() => expect(delay()).toBeLessThan(0.25), { timeout: 40_000, interval: 200 })
})

test('under many times its capacity, a service refuses some, answers others and its health, and recovers', async () => {
  const { origin, process } = await startService('busy-service.ts', {
    cwd: new URL('fixtures/', import.meta.url),
  })
  const agents = new Agent({ keepAlive: true, maxSockets: 200 })
  onTestFinished(() => agents.destroy())
  const counts = new Map<number, number>()
  const waits = new Set<string | undefined>()
  const over = new AbortController()
  const ask = (path: string, agent: Agent | false = agents) =>
    new Promise<{ status: number; retryAfter: string | undefined }>((resolve, reject) => {
      httpGet(origin + path, { agent }, (answer) => {
        answer.resume()
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] }),
        )
      }).on('error', reject)
    })
  const clients = Array.from({ length: 150 }, async () => {
    while (!over.signal.aborted) {
      const { status, retryAfter } = await ask('/work')
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (status === 503) waits.add(retryAfter)
      await sleep(20)
    }
  })
  const probes: number[] = []
  const live = (async () => {
    while (!over.signal.aborted) {
      probes.push((await ask('/health/live', false)).status)
      await sleep(50)
    }
  })()
  await vi.waitFor(() => {
    expect(counts.get(503) ?? 0).toBeGreaterThan(100)
    expect(counts.get(200) ?? 0).toBeGreaterThan(100)
    expect(probes.length).toBeGreaterThan(5)
  }, WAIT)
  over.abort()
  await Promise.all([...clients, live])
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([200, 503])
  expect([...waits]).toEqual(['1'])
  expect(new Set(probes)).toEqual(new Set([200]))

  await process.waitFor(/overload\.recovered/)
  expect((await ask('/work')).status).toBe(200)
  expect(process.log('overload.shedding').length).toBe(process.log('overload.recovered').length)
})
