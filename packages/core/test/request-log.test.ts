import { type Logger, multistream, pino } from 'pino'
import { expect, test } from 'vitest'
import {
  compose,
  LogEvent,
  logEvent,
  logging,
  parseServiceInfo,
  type ServiceDefinition,
  serviceOptions,
  servicePlugin,
} from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'
import Fastify from 'fastify'
import { delegate } from '../src/logging/delegate.ts'
import { fieldsText } from '../src/logging/fields-text.ts'
import { lineWriter } from '../src/logging/log-line.ts'
import { routes, service } from './support.ts'

/** The lines of one request, with what differs each time taken out. */
async function linesOf(answer: (request: { log: unknown }) => unknown) {
  const { app, log } = service([logging(), routes((scope) => void scope.get('/a"\\b', answer))])
  await app.inject({ url: '/a%22%5Cb?a=b' })
  return log.text().replaceAll(/"(timestamp|request_id)":"[^"]+"|[\d.]+(?=,"event)/g, '"$1"')
}

test('the lines of a request are those that a child of the logger would write', async () => {
  const short = await linesOf(() => null)
  const ofChild = await linesOf(({ log }) => {
    Object.assign(log as Logger, { level: 'info' })
    return null
  })
  expect(short).toBe(ofChild)
  expect(short).toContain('"path":"/a\\"\\\\b","client_host":"127.0.0.1","query_params":"a=b"')
})

test.each([
  ['mixes fields in', { mixin: () => ({ zone: 'eu' }) }],
  ['nests fields', { nestedKey: 'fields' }],
  ['has a prefix', { msgPrefix: '[chap] ' }],
])('a logger that %s writes its lines itself', (_what, options) => {
  expect(lineWriter(pino(options, captureLog().stream))).toBeUndefined()
  expect(lineWriter(pino(captureLog().stream))).toBeDefined()
})

test('a destination that wants to know the level is written to by its logger', () => {
  expect(lineWriter(pino({}, multistream(captureLog().stream)))).toBeUndefined()
})

test('fields are JSON, and what is undefined is left out', () => {
  const text = fieldsText({ a: 'x\n"é😀"', b: Number.NaN, c: undefined, d: null, e: true, f: 1.5 })
  expect(text).toBe(',"a":"x\\n\\"\\u00e9\\ud83d\\ude00\\"","b":null,"d":null,"e":true,"f":1.5')
})

test('the logger of a request can do what a logger of pino can', async () => {
  const { app, log } = service([
    routes((scope) => {
      scope.get('/', (request) => {
        const logger = request.log as Logger
        logger.level = 'debug'
        logger.debug({ count: 1 }, 'debugged')
        logger.child({ part: 'a' }).warn('of a child')
        return { bindings: logger.bindings(), on: logger.isLevelEnabled('debug'), level: logger.level }
      })
    }),
  ])
  const answer = await app.inject({ url: '/' })
  const bindings = {
    request_id: answer.headers['x-request-id'],
    method: 'GET',
    path: '/',
    client_host: '127.0.0.1',
  }
  expect(answer.json()).toEqual({ bindings, on: true, level: 'debug' })
  expect(log.lines()).toMatchObject([
    { ...bindings, count: 1, level: 'debug', event: 'debugged' },
    { ...bindings, part: 'a', level: 'warning', event: 'of a child' },
  ])
})

test('a route may have a level and serializers of its own', async () => {
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.get('/quiet', { logLevel: 'warn' }, () => null)
      scope.get('/changed', { logSerializers: { path: () => 'somewhere' } }, (request) => {
        logEvent(request, new LogEvent('info', 'test.event', { count: 1 }))
        return null
      })
    }),
  ])
  for (const url of ['/quiet', '/changed']) await app.inject({ url })
  expect(log.lines().map(({ path, event }) => [path, event])).toEqual([
    ['somewhere', 'http.request.start'],
    ['somewhere', 'test.event'],
    ['somewhere', 'http.request.complete'],
  ])
})

test('members that a prototype has already stay', () => {
  const prototype = { own: () => 'own' }
  delegate(prototype, { own: () => 'other', name: 'example' }, () => ({ name: 'found' }))
  expect(prototype.own()).toBe('own')
  expect(Reflect.get(prototype, 'name')).toBe('found')
})

test("a logger that somebody puts in the place of the service's own tells which request it is, too", async () => {
  const { app } = service([logging(), routes((scope) => void scope.get('/', () => null))])
  const lines: string[] = []
  app.log = pino({ base: null }, { write: (line) => void lines.push(line) })
  const answer = await app.inject('/')
  const request = { request_id: answer.headers['x-request-id'], method: 'GET', path: '/' }
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { ...request, query_params: null },
    { ...request, status_code: 200 },
  ])
})

test("children of the service's logger are those of pino", async () => {
  const { app, log } = service([logging()])
  await app.ready()
  const child = app.log.child({ part: 'a' })
  child.child({ piece: 1 }, { level: 'warn' }).info('not.written')
  child.child({ piece: 2 }).info('written')
  expect(log.lines()).toMatchObject([{ event: 'written', part: 'a', piece: 2 }])
  expect(() => app.log.child(undefined as never)).toThrow('missing bindings')
})

test('a line that a hook before the service writes tells which request it is of', async () => {
  const log = captureLog()
  const definition: ServiceDefinition = {
    info: parseServiceInfo({ displayName: 'Test' }),
    modules: compose([logging()]),
    server: { logStream: log.stream },
  }
  const options = serviceOptions(definition)
  const app = closing(Fastify(options))
  app.addHook('onRequest', async (request) => request.log.info('early'))
  await app.register(servicePlugin(definition), options)
  const answer = await app.inject('/nowhere')
  const request = { request_id: answer.headers['x-request-id'], method: 'GET', path: '/nowhere' }
  expect(log.lines()).toMatchObject([
    { ...request, event: 'early' },
    { ...request, event: 'http.request.start' },
    { ...request, event: 'http.request.complete' },
  ])
})

test('a factory of your own makes the loggers that it wants to', async () => {
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.setChildLoggerFactory((logger, bindings, options) =>
        logger.child({ ...bindings, part: 'a' }, { ...options, msgPrefix: '[a] ' }),
      )
      scope.get('/', () => null)
    }),
  ])
  const answer = await app.inject('/')
  expect(log.lines()[0]).toMatchObject({
    reqId: answer.headers['x-request-id'],
    part: 'a',
    event: '[a] http.request.start',
  })
})

test('an id that is bound outside of a request is one of no request', async () => {
  const { app, log } = service([logging()])
  await app.ready()
  app.log.child({ reqId: 'x' }).info('outside')
  app.log.child({ reqId: 'y' }, { msgPrefix: '[y] ' }).info('outside')
  const [one, other] = log.lines()
  expect(one).toEqual({ level: 'info', timestamp: one?.['timestamp'], request_id: 'x', event: 'outside' })
  expect(other).toMatchObject({ reqId: 'y', event: '[y] outside' })
})
