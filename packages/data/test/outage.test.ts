import { type Database, database, openDatabase, type DatabaseOptions } from '@chapkit/data'
import {
  buildService,
  health,
  parseServiceInfo,
  type ServiceApp,
  serviceOptions,
  servicePlugin,
} from '@chapkit/core'
import { captureLog, closing, freePort, startPostgres, startTcpProxy } from '@chapkit/testing'
import Fastify from 'fastify'
import { sql } from 'kysely'
import { expect, test } from 'vitest'

type App = ServiceApp<{ database: Database }>

function build(given: string | Database, options?: DatabaseOptions) {
  const log = captureLog()
  const app = buildService({
    info: parseServiceInfo({ displayName: 'Data' }),
    modules: [health(), database(given, options)],
    server: { logStream: log.stream },
  })
  return { app: closing(app as App), log }
}

/** A route that writes. */
async function withRoute(app: App): Promise<App> {
  app.post('/things', async () => {
    await app.database.transaction(async (db) => {
      await sql`create table if not exists things (n int)`.execute(db)
      await sql`insert into things values (1)`.execute(db)
    })
    return { stored: true }
  })
  await app.ready()
  return app
}

const post = async (app: App) => app.inject({ method: 'POST', url: '/things' })
const status = async (app: App, url: string) => (await app.inject(url)).statusCode

const startsFailing = async (app: App) =>
  app.ready().then(
    () => {
      throw new Error('it started')
    },
    (error: unknown) => error as Error,
  )

test('a service waits for a database that comes later', async () => {
  const server = await startPostgres()
  await server.stop()
  const { app, log } = build(server.url())
  const ready = app.ready()
  await expect.poll(() => log.lines('database.waiting').length).toBeGreaterThan(1)
  await server.start()
  await ready
  expect(await status(app, '/health')).toBe(200)
  expect(log.lines('database.waiting')[0]).toMatchObject({
    level: 'warning',
    reason: 'ECONNREFUSED',
    retry_in_ms: 250,
  })
  expect(log.text()).not.toContain('hunter2')
})

test('it waits for its set time, and then says what is wrong', async () => {
  const port = await freePort()
  const { app, log } = build(`postgres://user:hunter2@127.0.0.1:${port}/app`, { startTimeout: 1000 })
  const error = await startsFailing(app)
  expect(error).toMatchObject({
    code: 'CHAPKIT_ERR_OPEN_DATABASE',
    message: 'The database did not answer within 1 s (ECONNREFUSED). Start it, or correct its URL.',
  })
  expect(log.lines('database.waiting').length).toBeGreaterThan(0)
  expect(log.text() + error.stack).not.toContain('hunter2')
})

test('it does not wait for a database that will never answer', async () => {
  const server = await startPostgres()
  const cases: [url: string, sentence: string][] = [
    [server.url().replace('hunter2', 'wrong'), 'The database refuses the user or the password of its URL.'],
    [server.url('nothing'), 'The database server has no database of the name in its URL.'],
    [
      server.url().replace(':hunter2', ''),
      'The database asks for a password, and its URL has none that it takes.',
    ],
    [
      `${server.url()}?sslmode=require&uselibpqcompat=true`,
      'The database cannot be connected to: The server does not support SSL connections.',
    ],
  ]
  for (const [url, message] of cases) {
    const { app, log } = build(url)
    expect(await startsFailing(app)).toMatchObject({ code: 'CHAPKIT_ERR_OPEN_DATABASE', message })
    expect(log.lines('database.waiting')).toEqual([])
  }
})

test('it does not wait for a database that is closed', async () => {
  const own = await openDatabase()
  await own.close()
  expect(await startsFailing(build(own).app)).toMatchObject({
    code: 'CHAPKIT_ERR_OPEN_DATABASE',
    message: 'The database cannot be used: database is not open.',
  })
})

async function expectOutage(app: App): Promise<void> {
  const answer = await post(app)
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json()).toMatchObject({
    type: 'urn:chapkit:error:unavailable',
    detail: 'The database does not answer; try again later.',
  })
  expect(await status(app, '/health')).toBe(503)
  expect(await status(app, '/health/ready')).toBe(503)
  expect(await status(app, '/health/live')).toBe(200)
}

async function expectRecovery(app: App): Promise<void> {
  await expect.poll(async () => (await post(app)).statusCode, { timeout: 20_000 }).toBe(200)
  expect(await status(app, '/health')).toBe(200)
}

test.each(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)(
  'a database that is ended with %s under load and comes back',
  async (signal) => {
    const server = await startPostgres()
    const app = await withRoute(build(server.url()).app)
    expect((await post(app)).statusCode).toBe(200)
    const statuses = new Set<number>()
    const stopped = new AbortController()
    const client = async () => {
      while (!stopped.signal.aborted) statuses.add((await post(app)).statusCode)
    }
    const clients = Array.from({ length: 16 }, client)
    await server.stop(signal)
    await expectOutage(app)
    await server.start()
    await expectRecovery(app)
    stopped.abort()
    await Promise.all(clients)
    expect(statuses).toEqual(new Set([200, 503]))
  },
)

test('a network that is down and comes back', async () => {
  const server = await startPostgres()
  const proxy = await startTcpProxy(server.port)
  const url = server.url().replace(String(server.port), String(proxy.port))
  const app = await withRoute(build(url, { statementTimeout: 100, pool: { connectionTimeout: 100 } }).app)
  expect((await post(app)).statusCode).toBe(200)
  proxy.block()
  await expectOutage(app)
  proxy.unblock()
  await expectRecovery(app)
})

test('the start ends before Fastify would cut it off', async () => {
  const definition = {
    info: parseServiceInfo({ displayName: 'Data' }),
    modules: [database(`postgres://user:hunter2@127.0.0.1:${await freePort()}/app`)],
    server: { logStream: captureLog().stream },
  }
  const app = closing(Fastify({ ...serviceOptions(definition), pluginTimeout: 3000 }) as unknown as App)
  app.register(servicePlugin(definition))
  expect(await startsFailing(app)).toMatchObject({
    code: 'CHAPKIT_ERR_OPEN_DATABASE',
    message: 'The database did not answer within 1.5 s (ECONNREFUSED). Start it, or correct its URL.',
  })
})
