import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer } from 'node:net'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { Type } from 'typebox'
import { expect, test, vi } from 'vitest'
import {
  buildService,
  compose,
  logging,
  parseServerOptions,
  parseServiceInfo,
  run,
  type ServerOptions,
  serviceOptions,
  servicePlugin,
} from '@chapkit/core'
import { captureLog, closing, listening, sendRaw } from '@chapkit/testing'
import { routes } from './support.ts'

const ping = routes((app) => {
  app.get('/ping', () => ({ pong: true }))
  app.get('/things/:id', () => null)
  app.post('/numbers', { schema: { body: Type.Object({ n: Type.Integer() }) }, handler: () => null })
})

function definition(server: ServerOptions = {}) {
  const log = captureLog()
  return {
    log,
    service: {
      info: parseServiceInfo({ displayName: 'Test' }),
      modules: compose([logging(), ping]),
      server: { logStream: log.stream, ...server },
    },
  }
}

/** What `fastify start` does: makes an instance, registers the plugin on it. */
function adopted(server: ServerOptions = {}, options: FastifyServerOptions = {}) {
  const { log, service } = definition(server)
  const app = closing(Fastify({ logger: { level: 'info', stream: log.stream }, ...options }))
  app.register(servicePlugin(service))
  return { app, log }
}

test('a service of build() has its options and its modules', async () => {
  const { service } = definition()
  const app = closing(buildService(service))
  expect((await app.inject({ url: '/ping' })).json()).toEqual({ pong: true })
  expect(app.kernel.info.display_name).toBe('Test')
})

test('with the options of the service, its plugin is as build() makes it', async () => {
  const { service, log } = definition({ bodyLimit: 10 })
  const options = serviceOptions(service)
  const app = closing(Fastify(options))
  app.register(servicePlugin(service), options)
  expect((await app.inject({ url: '/things/%zz' })).statusCode).toBe(200)
  expect(log.lines('http.request.start')).toHaveLength(1)
  expect(log.lines('incoming request')).toHaveLength(0)
})

test('without them, the plugin makes the instance as strong', async () => {
  const { app, log } = adopted()
  const port = await listening(app)
  const base = `http://127.0.0.1:${port}`

  const found = await fetch(`${base}/ping?api_key=sk_dev_canary0000`)
  expect(found.headers.get('content-type')).toBe('application/json')
  expect(found.headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/)
  expect((await fetch(`${base}/things/%zz`)).status).toBe(200)
  expect((await fetch(`${base}/things/%24schema`)).status).toBe(200)
  const coerced = await fetch(`${base}/numbers`, {
    method: 'POST',
    body: '{"n":"7"}',
    headers: { 'content-type': 'application/json' },
  })
  expect(coerced.status).toBe(422)

  for (const [bytes, status] of [
    ['GARBAGE\r\n\r\n', 400],
    ['GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [`GET /things/${'x'.repeat(200)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 414],
  ] as const) {
    const answer = await sendRaw(port, bytes)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  }

  expect(log.lines('http.request.start').length).toBeGreaterThan(0)
  for (const event of ['incoming request', 'request completed', 'request errored']) {
    expect(log.lines(event)).toEqual([])
  }
  expect(log.text()).not.toContain('canary0000')
})

test.each([
  ['its own', (server: ServerOptions) => closing(buildService(definition(server).service))],
  ['one that somebody else made', (server: ServerOptions) => adopted(server).app],
])('a header over maxHeaderSize is a 431 problem, on an instance of %s', async (_whose, make) => {
  const port = await listening(make({ maxHeaderSize: 1_000 }))
  const ask = (size: number) =>
    sendRaw(
      port,
      `GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: ${'x'.repeat(size)}\r\n\r\n`,
    )
  expect((await ask(500)).status).toBe(200)
  const refused = await ask(1_000)
  expect(refused.status).toBe(431)
  expect(JSON.parse(refused.body)).toMatchObject({ type: 'urn:chapkit:error:header-fields-too-large' })
})

test('without them, a request to a service that closes is a problem, too', async () => {
  const { app } = adopted()
  const port = await listening(app)
  const late = connect(port, '127.0.0.1')
  let text = ''
  late.on('data', (chunk: Buffer) => (text += chunk.toString()))
  late.write('GET /ping HTTP/1.1\r\nHost: x\r\n')
  await once(app.server, 'connection')
  const closed = app.close()
  if (!app.kernel.closing.aborted) await once(app.kernel.closing, 'abort')
  late.write('\r\n')
  await Promise.all([closed, once(late, 'close')])
  expect(text).toMatch(/^HTTP\/1\.1 503 /)
  expect(text).toContain('urn:chapkit:error:unavailable')
})

test('without a stream of its own, the log goes to standard output', async () => {
  const app = closing(Fastify())
  const { service } = definition()
  const { logStream: _unused, ...server } = service.server
  app.register(servicePlugin({ ...service, server }))
  await app.ready()
  expect(app.log.level).toBe('info')
})

test.each([
  [{ bodyLimit: 5 }, 'bodyLimit'],
  [{ trustProxy: true, routerOptions: {} }, 'trustProxy, routerOptions'],
  [{ shutdownDelay: 100 }, 'shutdownDelay'],
])('options that come too late fail the start: %j', async (server, names) => {
  const { app } = adopted(server)
  await expect(app.ready()).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_UNSAFE_INSTANCE',
    message: expect.stringContaining(
      `The service sets ${names}, which cannot be set on a Fastify instance that exists.`,
    ),
  })
})

test('an instance with routes already fails the start: they would need no key', async () => {
  const { service } = definition()
  const app = closing(Fastify())
  app.get('/before', () => null)
  app.register(servicePlugin(service))
  await expect(app.ready()).rejects.toThrow('The instance has routes already')
})

test('a prefix fails the start: the rest of the instance would need no key', async () => {
  const { service } = definition()
  const app = closing(Fastify())
  app.register(async (scope) => void scope.register(servicePlugin(service)), { prefix: '/sub' })
  await expect(app.ready()).rejects.toThrow("under the prefix '/sub'")
})

test('a Fastify that is not known fails the start', async () => {
  const { service } = definition()
  const app = closing(Fastify())
  const unknown = Object.getOwnPropertySymbols(app).find(
    ({ description }) => description === 'fastify.options',
  )
  Object.defineProperty(app, unknown as symbol, { value: undefined })
  await expect(servicePlugin(service)(app, {})).rejects.toThrow(
    'This version of Fastify is not known to chapkit',
  )
})

test('options of the server are checked', () => {
  expect(() => parseServerOptions({ bodyLimt: 1 } as never)).toThrow(
    "new ServiceBuilder(info, options): unknown option 'bodyLimt'. Options: bodyLimit, maxHeaderSize, trustProxy",
  )
  expect(() => parseServerOptions({ bodyLimit: 0 })).toThrow("option 'bodyLimit' must be >= 1")
  expect(() => parseServerOptions({ logStream: {} as never })).toThrow(
    "option 'logStream' must be an object with a function write(line)",
  )
  expect(() => parseServerOptions({ logStream: null as never })).toThrow("option 'logStream'")
})

test('trustProxy is off by default and can be turned on', async () => {
  const ip = routes((app) => void app.get('/ip', (request) => ({ ip: request.ip, host: request.host })))
  for (const [trustProxy, expected] of [
    [undefined, '127.0.0.1'],
    [true, '10.1.2.3'],
  ] as const) {
    const app = closing(
      buildService({
        info: parseServiceInfo({ displayName: 'T' }),
        modules: [ip],
        server: trustProxy === undefined ? {} : { trustProxy },
      }),
    )
    const answer = await app.inject({ url: '/ip', headers: { 'x-forwarded-for': '10.1.2.3' } })
    expect(answer.json().ip).toBe(expected)
  }
})

test('HTTP/2 and TLS are options', () => {
  const { service } = definition()
  expect(serviceOptions({ ...service, server: { http2: true } })).toMatchObject({ http2: true })
  expect(serviceOptions({ ...service, server: { http2: true } })).not.toHaveProperty('http')
  expect(serviceOptions({ ...service, server: { https: { cert: 'x' } } })).toMatchObject({
    https: { cert: 'x' },
  })
})

test.each(['127.0.0.1', 'localhost'])(
  'run() listens where HOST=%s and PORT say, and closes on SIGTERM',
  async (HOST) => {
    const { service } = definition()
    const app = closing(await run({ build: () => buildService(service) }, {}, { HOST, PORT: '0' }))
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const { port } = app.server.address() as { port: number }
    expect(app.addresses()).toMatchObject([{ address: '127.0.0.1' }])
    expect((await fetch(`http://127.0.0.1:${port}/ping`)).status).toBe(200)
    process.emit('SIGTERM')
    await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0))
    exit.mockRestore()
    expect(app.server.listening).toBe(false)
  },
)

test('an error that nobody caught is logged, and the service closes', async () => {
  const { service, log } = definition()
  const app = closing(await run({ build: () => buildService(service) }, { host: '127.0.0.1', port: 0 }, {}))
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  const listeners = process.listeners('uncaughtException')
  listeners.at(-1)?.(new Error('boom'), 'uncaughtException')
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(1))
  exit.mockRestore()
  expect(log.lines('service.crashed')).toMatchObject([{ level: 'fatal', error: { message: 'boom' } }])
  expect(app.server.listening).toBe(false)
})

test('defaults of run(): port 8000 of this machine alone', async () => {
  const listen = vi.fn(() => Promise.resolve(''))
  const app = { addHook: vi.fn(), listen, close: vi.fn(), log: { fatal: vi.fn() } }
  await run({ build: () => app as never }, {}, {})
  expect(listen).toHaveBeenCalledWith({ host: '127.0.0.1', port: 8000 })
  const [, uninstall] = app.addHook.mock.calls[0] as [string, (instance: unknown, done: () => void) => void]
  uninstall(undefined, () => undefined)
})

test('a port in use is one clear sentence, and nothing stays open', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const before = process.listenerCount('uncaughtException')
  const { service } = definition()
  const app = buildService(service)
  await expect(run({ build: () => app }, { port }, {})).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_LISTEN',
    message: `Port ${port} is in use. Stop what listens there, or set PORT to another one.`,
  })
  taken.close()
  // Nor does it stay to catch errors of others.
  expect(process.listenerCount('uncaughtException')).toBe(before)
})

test.each([
  ['EACCES', 'Port 80 needs more rights than this process has. Set PORT to 1024 or above.'],
  [
    'EADDRNOTAVAIL',
    "This machine has no address '127.0.0.1'. Set HOST to one that it has, or to 0.0.0.0 for all.",
  ],
  ['ENOTFOUND', "This machine has no address '127.0.0.1'."],
  ['EOTHER', 'as it came'],
])('%s says what to do', async (code, message) => {
  const error = Object.assign(new Error('as it came'), { code })
  const close = vi.fn()
  const app = {
    addHook: (_name: string, hook: (instance: unknown, done: () => void) => void) =>
      hook(undefined, () => undefined),
    listen: () => Promise.reject(error),
    close,
  }
  await expect(run({ build: () => app as never }, { port: 80 }, {})).rejects.toThrow(message)
  expect(close).toHaveBeenCalledOnce()
})

test('run() wants the builder, not what it built', async () => {
  await expect(run({} as never, {}, {})).rejects.toThrow('run(): give it the builder itself, before build()')
  await expect(run(undefined as never, {}, {})).rejects.toThrow('run(): give it the builder itself')
})

test.each(['x', '-1', '70000', '1.5', '0x50', '1e3'])('PORT=%s is refused', async (text) => {
  await expect(run({ build: () => ({}) as never }, {}, { PORT: text })).rejects.toThrow(
    `PORT is '${text}'; it must be a number from 0 to 65535.`,
  )
})
