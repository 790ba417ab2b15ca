import Fastify, { type FastifyInstance } from 'fastify'
import { auth, DEFAULT_UNAUTHENTICATED_PATHS } from '@chapkit/auth'
import {
  buildService,
  cors,
  parseServiceInfo,
  type ServiceApp,
  type ServiceModule,
  serviceOptions,
  servicePlugin,
  type ServicePlugin,
} from '@chapkit/core'
import { captureLog, closing, listening, sendRaw } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { KEY, start } from './service.ts'

const DIRECT = { apiKeys: [KEY] }
const OPEN_PAGE = { ...DIRECT, unauthenticatedPaths: ['/health', '/page'] }

async function statuses(
  app: FastifyInstance,
  targets: readonly string[],
  method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS' = 'GET',
) {
  const answers = await Promise.all(targets.map((url) => app.inject({ method, url })))
  return Object.fromEntries(answers.map(({ statusCode }, index) => [targets[index], statusCode]))
}

test('row 1: no Host opens a route', async () => {
  const { app } = await start(DIRECT)
  const port = await listening(app)
  const hosts = [
    'x/health?',
    'x/health#',
    '/health',
    'health',
    'x/page',
    'x@y/health?',
    'x:80/health',
    '127.0.0.1',
    '',
  ]
  const answers = await Promise.all(
    hosts.map((host) =>
      sendRaw(port, `GET /api/v1/configs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(hosts.map(() => 401))
})

test('row 2: only exact routes are open, and the parts of an open page', async () => {
  const { app } = await start(OPEN_PAGE)
  expect(
    await statuses(app, ['/health', '/page', '/page/assets/page.js', '/health?x=1', '/health?']),
  ).toEqual({
    '/health': 200,
    '/page': 200,
    '/page/assets/page.js': 200,
    '/health?x=1': 200,
    '/health?': 200,
  })
  const closed = [
    '/health/$stream',
    '/page-private',
    '/health/data',
    '/page/assets/other.js',
    '/healthx',
    '/api/v1/configs',
  ]
  expect(Object.values(await statuses(app, closed))).toEqual(closed.map(() => 401))
})

test('rows 3 and 4: the decision is the same for all spellings of a route', async () => {
  const spellings = {
    exact: {
      '/%68ealth': 200,
      '/%70age': 200,
      '/health%2F': 401,
      '/health/': 401,
      '//health': 401,
      '/health//': 401,
      '/HEALTH': 401,
      '/health;x': 401,
      '/%61pi/v1/configs': 401,
      '//api/v1/configs': 401,
      '/API/v1/configs': 401,
    },
    normalised: {
      '/%68ealth': 200,
      '/health%2F': 401,
      '/health/': 200,
      '//health': 200,
      '/health//': 200,
      '/HEALTH': 200,
      '/health;x': 200,
      '/%61pi/v1/configs': 401,
      '//api/v1/configs': 401,
      '/API/v1/configs/': 401,
      '/api/v1/configs;/health': 401,
    },
  }
  const exact = await start(OPEN_PAGE)
  expect(await statuses(exact.app, Object.keys(spellings.exact))).toEqual(spellings.exact)
  const routerOptions = {
    ignoreDuplicateSlashes: true,
    ignoreTrailingSlash: true,
    useSemicolonDelimiter: true,
    caseSensitive: false,
  }
  const normalised = await start(OPEN_PAGE, undefined, { routerOptions })
  expect(await statuses(normalised.app, Object.keys(spellings.normalised))).toEqual(spellings.normalised)
})

test('row 5: HEAD has the access of its GET', async () => {
  const { app, log } = await start(OPEN_PAGE)
  expect(await statuses(app, ['/health', '/page', '/api/v1/configs', '/x/data', '/nope'], 'HEAD')).toEqual({
    '/health': 200,
    '/page': 200,
    '/api/v1/configs': 401,
    '/x/data': 401,
    '/nope': 401,
  })
  const answer = await app.inject({ method: 'HEAD', url: '/api/v1/configs', headers: { 'x-api-key': KEY } })
  expect(answer.statusCode).toBe(200)
  expect(log.lines('auth.success')).toHaveLength(1)
})

test('row 6: other methods and other forms of a target', async () => {
  const { app } = await start(DIRECT)
  const port = await listening(app)
  const status = async (line: string) =>
    (await sendRaw(port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).status
  const each = (methods: string[], path: string) =>
    Promise.all(methods.map((method) => status(`${method} ${path}`)))
  expect(await each(['OPTIONS', 'TRACE', 'QUERY', 'PROPFIND'], '/api/v1/configs')).toEqual([
    401, 401, 401, 401,
  ])
  expect(await each(['OPTIONS', 'TRACE', 'PROPFIND', 'POST'], '/health')).toEqual([405, 405, 405, 405])
  expect(await status('OPTIONS *')).toBe(401)
  expect(await status('GET http://x/health')).toBe(200)
  expect(await status('GET http://x/api/v1/configs')).toBe(401)
  expect(await status('GET http://health/api/v1/configs')).toBe(401)
  const { text } = await sendRaw(port, 'CONNECT /api/v1/configs HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(text).toBe('')
})

test('row 6: a true preflight is answered without a key, any other OPTIONS is not', async () => {
  const { app } = await start(DIRECT, undefined, {}, [cors({ origin: 'http://app.example' })])
  const options = (headers: Record<string, string>) =>
    app.inject({ method: 'OPTIONS', url: '/api/v1/configs', headers })
  const preflight = await options({ origin: 'http://app.example', 'access-control-request-method': 'GET' })
  expect(preflight.statusCode).toBe(204)
  expect((await options({ origin: 'http://app.example' })).statusCode).toBe(401)
  expect((await options({})).statusCode).toBe(401)
})

test('row 7: what no route takes needs a key, on the root and below', async () => {
  const { app } = await start(DIRECT)
  const unknown = ['/nope', '/api/v1/nope', '/api/v1/configs/x', '/page/x', '/%zz', '/nope/data/x']
  expect(Object.values(await statuses(app, unknown))).toEqual(unknown.map(() => 401))
  const answers = await Promise.all(unknown.map((url) => app.inject({ url, headers: { 'x-api-key': KEY } })))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(unknown.map(() => 404))
})

test('row 7: an open page whose module is not on is not found, key or not', async () => {
  const { app } = await start(DIRECT)
  expect(await statuses(app, ['/', '/health/live', '/health/startup'])).toEqual({
    '/': 404,
    '/health/live': 404,
    '/health/startup': 404,
  })
})

test('row 8: a route before the key check fails the start', async () => {
  const early: ServiceModule = {
    name: 'before',
    order: 'early',
    async plugin(app) {
      await app.register(async (scope) => scope.get('/open', () => ({ secret: true })), { prefix: '/before' })
    },
  }
  const app = closing(
    buildService({
      info: parseServiceInfo({ displayName: 'Test' }),
      modules: [early, auth(DIRECT)],
      server: { logStream: captureLog().stream },
    }),
  )
  await expect(app.ready()).rejects.toThrow(
    'Routes are registered before withAuth(), so they would need no key: GET, HEAD /before/open. ' +
      'Register them with .route(plugin), or on the instance that build() gives.',
  )
  await expect(app.ready()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_UNGUARDED_ROUTE' })
})

test('row 8: a route beside the service fails the start', async () => {
  const definition = { info: parseServiceInfo({ displayName: 'Test' }), modules: [auth(DIRECT)], server: {} }
  const app = Fastify()
  app.register(async (scope) => {
    await scope.register(
      servicePlugin(definition),
      serviceOptions({ ...definition, server: { logStream: captureLog().stream } }),
    )
    scope.get('/guarded', () => 'guarded')
  })
  app.register(async (scope) => {
    scope.get('/guarded/not', () => ({ secret: true }))
    scope.get('/:id/not', { constraints: { host: 'x' } }, () => ({ secret: true }))
  })
  await expect(closing(app).ready()).rejects.toThrow(
    'Routes are out of reach of the key check, so they would need no key: GET, HEAD /guarded/not; GET, HEAD /:id/not.',
  )
})

test('row 8: a route that was not announced needs a key', async () => {
  let scope: ServiceApp | undefined
  const older: ServiceModule = {
    name: 'older',
    order: 'early',
    async plugin(app) {
      await app.register(async (child) => void (scope = child as ServiceApp))
    },
  }
  const { app } = await start(DIRECT, () => void scope?.get('/late', () => ({ secret: true })), {}, [older])
  expect(await statuses(app, ['/late'])).toEqual({ '/late': 401 })
})

test('row 8: without hooks of any kind a route is found, too', async () => {
  const app = Fastify()
  closing(app)
  app.get('/open', () => 'open')
  await expect(Promise.resolve(auth(DIRECT).plugin(app as unknown as ServiceApp))).rejects.toThrow(
    'GET, HEAD /open',
  )
})

test('row 9: every route needs a key, however it was registered', async () => {
  const routes: [method: string, url: string][] = []
  const nested: ServicePlugin = async (app) => {
    app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((one) => routes.push([one, url])))
    await app.register(
      async (v1) => {
        v1.get('/', () => 1)
        v1.route({ method: ['PUT', 'PATCH'], url: '/items/:id(^\\d+$)', handler: () => 1 })
        await v1.register(async (deep) => deep.delete('/x/*', () => 1), { prefix: '/deep' })
        v1.all('/any', () => 1)
      },
      { prefix: '/v1' },
    )
    app.get('/vip', { constraints: { host: 'vip.example' } }, () => 1)
  }
  const { app } = await start(DIRECT, nested)
  expect(routes.length).toBeGreaterThan(15)
  const send = async ([method, url]: [string, string], headers: Record<string, string>) => {
    const path = url.replace(':id(^\\d+$)', '7').replace('*', 'rest')
    const request = { method: method as 'GET', url: path, headers: { host: 'vip.example', ...headers } }
    const answer = await app.inject(method === 'QUERY' ? { ...request, payload: {} } : request)
    return answer.statusCode
  }
  const all = (headers: Record<string, string>) => Promise.all(routes.map((route) => send(route, headers)))
  expect(await all({})).toEqual(routes.map(() => 401))
  expect(await all({ 'x-api-key': KEY })).toEqual(routes.map(() => 200))
  expect((await app.inject('/v1/')).statusCode).toBe(401)
})

test('unauthenticatedPaths replaces the default list', async () => {
  const { app } = await start({ ...DIRECT, unauthenticatedPaths: ['/health/$stream', '/:tenant/data'] })
  expect(
    await statuses(app, ['/health/$stream', '/x/data', '/health', '/page', '/page/assets/page.js', '/']),
  ).toEqual({
    '/health/$stream': 200,
    '/x/data': 200,
    '/health': 401,
    '/page': 401,
    '/page/assets/page.js': 401,
    '/': 401,
  })
  const { app: none } = await start({ ...DIRECT, unauthenticatedPaths: [] })
  expect(await statuses(none, ['/health', '/page', '/'])).toEqual({ '/health': 401, '/page': 401, '/': 401 })
})

test('an open path is open for all its methods', async () => {
  const { app } = await start({ ...DIRECT, unauthenticatedPaths: ['/api/v1/configs'] })
  const answer = await app.inject({ method: 'POST', url: '/api/v1/configs', payload: { a: 1 } })
  expect(answer.statusCode).toBe(200)
})

test('the default list may be added to, whatever modules are on', async () => {
  const { app } = await start({
    ...DIRECT,
    unauthenticatedPaths: [...DEFAULT_UNAUTHENTICATED_PATHS, '/page'],
  })
  expect(await statuses(app, ['/page', '/'])).toEqual({ '/page': 200, '/': 404 })
})

test('an open path that no route has fails the start, with near misses', async () => {
  const paths = (path: string) => start({ ...DIRECT, unauthenticatedPaths: ['/health', path] })
  await expect(paths('/health/')).rejects.toThrow(
    "withAuth(): unauthenticatedPaths names '/health/', which no route has. Did you mean '/health'? " +
      'Give the path of a route as it was registered.',
  )
  await expect(paths('/Api/v1/config')).rejects.toThrow("Did you mean '/api/v1/configs'?")
  await expect(paths('/completely/different')).rejects.toThrow(
    "names '/completely/different', which no route has. Give the path",
  )
  await expect(paths('/paeg')).rejects.toThrow("Did you mean '/page'?")
  await expect(paths('/pag')).rejects.toThrow("Did you mean '/page'?")
  const two: ServicePlugin = (app) => void app.get('/items', () => 1).get('/item', () => 1)
  await expect(start({ ...DIRECT, unauthenticatedPaths: ['/itms'] }, two)).rejects.toThrow(
    "Did you mean '/items', '/item'?",
  )
  await expect(paths('/nope')).rejects.toMatchObject({ code: 'CHAPKIT_ERR_UNKNOWN_PATH' })
})
