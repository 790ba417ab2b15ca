import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { expect, expectTypeOf, test } from 'vitest'
import { type Config, run, ServiceBuilder, type ServiceInfo, type ServiceModule, Type } from 'chapkit'
import { captureLog, closing } from '@chapkit/testing'

const KEY = 'sk_dev_builder_tests_0001'
const headers = { 'x-api-key': KEY }
const AppConfig = Type.Object({ environment: Type.String(), retries: Type.Integer({ default: 3 }) })
const quiet = () => ({ logStream: captureLog().stream })

/** A static app, for tests of the builder alone. */
function appFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-app-'))
  writeFileSync(join(folder, 'manifest.json'), '{"name":"Dash","version":"1.0.0","prefix":"/dash"}')
  writeFileSync(join(folder, 'index.html'), '<p>dash</p>')
  return folder
}

test('the ten lines of the guide are a service', async () => {
  const app = closing(
    new ServiceBuilder({ displayName: 'My Service' }, quiet())
      .withAuth({ apiKeys: [KEY] })
      .withConfig(AppConfig)
      .build(),
  )
  expect((await app.inject({ url: '/api/v1/configs' })).statusCode).toBe(401)
  const created = await app.inject({
    method: 'POST',
    url: '/api/v1/configs',
    headers,
    payload: { name: 'prod', data: { environment: 'production', extra: true } },
  })
  expect(created.statusCode).toBe(201)
  expect(created.json().data).toEqual({ environment: 'production', retries: 3, extra: true })
})

test('modules may be given in any order', async () => {
  const calls: ((builder: ServiceBuilder) => unknown)[] = [
    (b) => b.withAuth({ apiKeys: [KEY] }),
    (b) => b.withConfig(AppConfig),
    (b) => b.withDatabase(),
    (b) => b.withHealth(),
    (b) => b.withSystem(),
    (b) => b.withLogging(),
    (b) => b.withLandingPage(),
    (b) => b.withCors({ origin: 'https://app.example' }),
    (b) => b.withApp(appFolder()),
    (b) => b.route((app) => void app.get('/mine', () => ({ mine: true }))),
  ]
  for (let turn = 0; turn < calls.length; turn++) {
    const log = captureLog()
    const builder = new ServiceBuilder({ displayName: 'Any order' }, { logStream: log.stream })
    for (const call of [...calls.slice(turn), ...calls.slice(0, turn)]) call(builder)
    const app = closing(builder.build())
    for (const url of ['/api/v1/configs', '/api/v1/info', '/api/v1/system', '/dash/', '/mine']) {
      expect((await app.inject({ url })).statusCode).toBe(401)
      expect((await app.inject({ url, headers })).statusCode).toBe(200)
    }
    for (const url of ['/', '/health', '/docs', '/redoc', '/openapi.json']) {
      expect((await app.inject({ url })).statusCode).toBe(200)
    }
    // A request that is refused is in the log, and a preflight needs no key.
    expect(log.lines('http.request.start').length).toBe(15)
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    expect((await app.inject({ method: 'OPTIONS', url: '/mine', headers: preflight })).statusCode).toBe(204)
    expect((await app.inject({ url: '/health' })).json().checks).toEqual({ database: { state: 'healthy' } })
  }
})

test('a service without modules has its info and its docs, and nothing else', async () => {
  const app = closing(new ServiceBuilder({ displayName: 'Bare' }, quiet()).build())
  expect((await app.inject({ url: '/api/v1/info' })).json()).toMatchObject({
    display_name: 'Bare',
    version: '1.0.0',
  })
  expect((await app.inject({ url: '/docs' })).statusCode).toBe(200)
  for (const url of ['/', '/health', '/api/v1/system', '/api/v1/configs', '/metrics']) {
    expect((await app.inject({ url })).statusCode).toBe(404)
  }
})

test('an info may have members of its own', async () => {
  interface MyInfo extends ServiceInfo {
    readonly organizationName: string
  }
  const info: MyInfo = { displayName: 'Mine', organizationName: 'Org' }
  const app = closing(new ServiceBuilder(info, quiet()).build())
  expect((await app.inject({ url: '/api/v1/info' })).json()).toMatchObject({ organization_name: 'Org' })
})

test("a module of somebody else's publishes what it decorates", async () => {
  const clock: ServiceModule<{ now: () => number }> = {
    name: 'clock',
    plugin: (app) => void app.decorate('now', () => 42),
  }
  const builder = new ServiceBuilder({ displayName: 'Clock' }, quiet())
    .with(clock)
    .route((app) => void app.get('/now', () => ({ now: app.now() })))
  const app = closing(builder.build())
  expect((await app.inject({ url: '/now' })).json()).toEqual({ now: 42 })
  expectTypeOf(app.now).toEqualTypeOf<() => number>()
})

test('hooks of one route plugin do not reach the rest', async () => {
  const app = closing(
    new ServiceBuilder({ displayName: 'Scopes' }, quiet())
      .route((scope) => {
        scope.addHook('onSend', async (_request, reply) => void reply.header('x-mine', '1'))
        scope.get('/a', () => null)
      })
      .route((scope) => void scope.get('/b', () => null))
      .build(),
  )
  expect((await app.inject({ url: '/a' })).headers['x-mine']).toBe('1')
  expect((await app.inject({ url: '/b' })).headers['x-mine']).toBeUndefined()
})

test('what is added to the instance of build() comes after the service', async () => {
  const log = captureLog()
  const app = closing(
    new ServiceBuilder({ displayName: 'Late' }, { logStream: log.stream })
      .withAuth({ apiKeys: [KEY] })
      .withLogging()
      .withConfig(AppConfig)
      .build(),
  )
  const seen: unknown[] = []
  app.addHook('onRequest', async (request) => void seen.push(request.apiKey))
  app.get('/late', async () => app.configs.list()).post('/late', () => null)
  app.route({ method: 'PUT', url: '/late', handler: () => null })
  app.register(async (scope) => void scope.get('/later', () => ({ later: true })))

  expect((await app.inject({ url: '/late' })).statusCode).toBe(401)
  expect((await app.inject({ url: '/later' })).statusCode).toBe(401)
  expect(seen).toEqual([])
  expect((await app.inject({ url: '/late', headers })).json()).toEqual([])
  expect(seen).toMatchObject([{ id: 'key-1', prefix: 'sk_dev_' }])
  expect((await app.inject({ method: 'DELETE', url: '/late', headers })).headers['allow']).toBe(
    'GET, HEAD, POST, PUT',
  )
  expect(Object.keys((await app.inject({ url: '/openapi.json' })).json().paths)).toContain('/late')
  expect(log.lines('http.request.complete')).toHaveLength(5)
})

test('a route that is added twice fails the start', async () => {
  const app = closing(new ServiceBuilder({ displayName: 'Twice' }, quiet()).build())
  app.get('/twice', () => null)
  app.get('/twice', () => null)
  await expect(app.ready()).rejects.toMatchObject({ code: 'FST_ERR_DUPLICATED_ROUTE' })
})

test('a route of the service wins over the file of an app', async () => {
  const folder = appFolder()
  writeFileSync(join(folder, 'data.json'), '{"of":"app"}')
  const app = closing(
    new ServiceBuilder({ displayName: 'Wins' }, quiet())
      .withApp(folder)
      .withApp(folder, '/')
      .withLandingPage()
      .route((scope) => {
        scope.get('/dash/data.json', () => ({ of: 'route' }))
        scope.get('/data.json', () => ({ of: 'route' }))
      })
      .build(),
  )
  for (const url of ['/dash/data.json', '/data.json']) {
    expect((await app.inject({ url })).json()).toEqual({ of: 'route' })
  }
  expect((await app.inject({ url: '/dash/' })).body).toBe('<p>dash</p>')
})

test('hooks run at start and at stop, with what modules publish still there', async () => {
  const seen: string[] = []
  const app = new ServiceBuilder({ displayName: 'Hooks' }, quiet())
    .withConfig(AppConfig)
    .onStartup(async ({ configs }) => {
      await configs.save({ name: 'seed', data: { environment: 'seeded', retries: 1 } })
      seen.push('startup 1')
    })
    .onStartup(() => void seen.push('startup 2'))
    .onShutdown(async ({ configs }) => {
      seen.push(`shutdown with ${(await configs.list()).length} config`)
    })
    .build()
  await app.ready()
  expect(seen).toEqual(['startup 1', 'startup 2'])
  await app.close()
  expect(seen.at(-1)).toBe('shutdown with 1 config')
})

test('one builder makes services that do not see each other', async () => {
  const builder = new ServiceBuilder({ displayName: 'Twice' }, quiet()).withConfig(AppConfig)
  const [a, b] = [closing(builder.build()), closing(builder.build())]
  await Promise.all([a.ready(), b.ready()])
  await a.configs.save({ name: 'only-in-a', data: { environment: 'a', retries: 1 } })
  expect(await a.configs.findByName('only-in-a')).toMatchObject({ data: { environment: 'a' } })
  expect(await b.configs.list()).toEqual([])
})

test('plugin() and options() make the same service on an instance of somebody else', async () => {
  const builder = new ServiceBuilder({ displayName: 'Plugin' }, quiet())
    .withAuth({ apiKeys: [KEY] })
    .withConfig(AppConfig)
  const app = closing(Fastify(builder.options()))
  app.register(builder.plugin())
  expect((await app.inject({ url: '/api/v1/configs' })).statusCode).toBe(401)
  expect((await app.inject({ url: '/api/v1/configs', headers })).json()).toEqual([])
  expect((await app.inject({ url: '/nope' })).statusCode).toBe(401)
})

test('a module that is given twice, or an info without a name, is refused at the call or at build()', () => {
  expect(() => new ServiceBuilder({} as ServiceInfo)).toThrow("option 'displayName' is missing")
  expect(() => new ServiceBuilder({ displayName: 'x' }, { bodylimit: 1 } as never)).toThrow(
    "unknown option 'bodylimit'",
  )
  expect(() => new ServiceBuilder({ displayName: 'x' }).withSystem().withSystem().build()).toThrow(
    "'system' is given twice",
  )
  expect(() =>
    new ServiceBuilder({ displayName: 'x' })
      .with({ name: 'x', needs: ['jobs'], plugin: () => undefined })
      .build(),
  ).toThrow('withX() needs withJobs(); missing: withJobs()')
})

test.each<[string, (builder: ServiceBuilder) => unknown, string]>([
  [
    'an unknown option',
    (b) => b.withHealth({ checkz: {} } as never),
    "withHealth(): unknown option 'checkz'",
  ],
  ['a schema that is no object', (b) => b.withConfig(Type.String() as never), 'withConfig()'],
  ['a prefix without a slash', (b) => b.withConfig(AppConfig, { prefix: 'configs' }), "option 'prefix'"],
  [
    'a bad name of a check',
    (b) => b.withHealth({ checks: { 'a b': () => ({ state: 'healthy' }) } }),
    "'a b'",
  ],
  [
    'an app without a manifest',
    (b) => b.withApp(mkdtempSync(join(tmpdir(), 'chapkit-none-'))),
    'manifest.json',
  ],
  ['no origin', (b) => b.withCors({} as never), "withCors(): option 'origin' is missing"],
  [
    'an option of the log',
    (b) => b.withLogging({ level: 'x' as never }),
    "withLogging(): unknown option 'level'",
  ],
  ['a route that is no function', (b) => b.route('x' as never), 'route(): give it a function'],
  ['a start that is no function', (b) => b.onStartup('x' as never), 'onStartup(): give it a function'],
  ['a stop that is no function', (b) => b.onShutdown('x' as never), 'onShutdown(): give it a function'],
  [
    'an unknown option of auth',
    (b) => b.withAuth({ keys: [] } as never),
    "withAuth(): unknown option 'keys'",
  ],
])('%s is refused at the call', (_what, call, message) => {
  expect(() => call(new ServiceBuilder({ displayName: 'x' }))).toThrow(message)
})

test('types: the schema of the configs reaches app.configs and the handlers of routes', async () => {
  const builder = new ServiceBuilder({ displayName: 'Types' }, quiet()).withHealth().withConfig(AppConfig)
  type Data = { environment: string; retries: number }
  builder.route((app) => {
    app.get('/types', { schema: { querystring: Type.Object({ page: Type.Integer() }) } }, async (request) => {
      expectTypeOf(request.query.page).toEqualTypeOf<number>()
      const found = await app.configs.findByName('prod')
      expectTypeOf(found).toEqualTypeOf<Config<Data> | undefined>()
      // @ts-expect-error `retries` is a number
      const wrong: string | undefined = found?.data.retries
      return { wrong }
    })
  })
  const app = closing(builder.build())
  await app.ready()
  expectTypeOf<(typeof app)['configs']['save']>().parameter(0).toHaveProperty('data')
  // @ts-expect-error a service without withConfig() has no configs
  void (() => new ServiceBuilder({ displayName: 'x' }).build().configs)
  expectTypeOf<Awaited<ReturnType<typeof run<typeof app>>>>().toHaveProperty('configs')
  // @ts-expect-error the data must fit the schema
  void (() => app.configs.save({ name: 'x', data: { environment: 1 } }))
  // @ts-expect-error unknown options do not compile
  void (() => builder.withHealth({ prefx: '/x' }))
  expect(builder).toBeInstanceOf(ServiceBuilder)
})
