import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import type { onSendAsyncHookHandler, onSendHookHandler } from 'fastify'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { health, logging } from '@chapkit/core'
import { captureLog } from '@chapkit/testing'
import { loggerOptions, logSettings } from '../src/logging/logger-options.ts'
import { pretty } from '../src/logging/pretty.ts'
import { Redactor } from '../src/logging/redactor.ts'
import { routes, service } from './support.ts'

afterEach(() => vi.unstubAllEnvs())

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('each request logs its start and its end under one id, which its answer carries', async () => {
  const { app, log } = service([logging()])
  const answer = await app.inject({ url: '/nope?page=1&x=%20' })
  const id = answer.headers['x-request-id']
  expect(id).toMatch(ULID)
  const common = {
    request_id: id,
    method: 'GET',
    path: '/nope',
    client_host: '127.0.0.1',
    level: 'info',
    timestamp: expect.stringMatching(ISO),
  }
  expect(log.lines()).toEqual([
    { ...common, event: 'http.request.start', query_params: 'page=1&x=%20' },
    { ...common, event: 'http.request.complete', status_code: 404, duration_ms: expect.any(Number) },
  ])
})

test('an id that the client sends is not taken over', async () => {
  const { app } = service([logging()])
  const answer = await app.inject({ url: '/', headers: { 'x-request-id': 'mine', 'request-id': 'mine' } })
  expect(answer.headers['x-request-id']).toMatch(ULID)
})

test('a request without a query logs null for it', async () => {
  const { app, log } = service([logging()])
  await app.inject({ url: '/nope' })
  expect(log.lines('http.request.start')).toMatchObject([{ query_params: null }])
})

test('a stream is complete for the log when it starts, once', async () => {
  const { app, log } = service([logging(), health()])
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(`${address}/health/$stream?poll_interval=0.01`)
  const reader = answer.body?.getReader()
  await reader?.read()
  expect(log.lines('http.request.complete')).toMatchObject([{ status_code: 200, path: '/health/$stream' }])
  await reader?.cancel()
  await app.close()
  expect(log.lines('http.request.complete')).toHaveLength(1)
})

test.each([
  ['a stream that fails before its first piece', '/missing', [500]],
  ['a hook that fails after a stream was given', '/refused', [500]],
  ['a hook that changes the status of a stream', '/changed', [206]],
  ['a stream that tells of another that failed', '/told', [500]],
  ['a stream that is empty', '/empty', [200]],
])('%s is logged once, as it was answered', async (_what, path, statuses) => {
  const missing = () => createReadStream('/nothing-is-here')
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.get('/missing', (_request, reply) => reply.send(missing()))
      scope.get('/empty', (_request, reply) => reply.send(Readable.from([])))
      const refuse: onSendAsyncHookHandler = async (_request, _reply, payload) => {
        if (payload instanceof Readable) throw new Error('refused')
        return payload
      }
      scope.get('/refused', { onSend: refuse }, (_request, reply) => reply.send(Readable.from(['a'])))
      const change: onSendHookHandler = (_request, reply, payload, done) => {
        reply.code(206)
        done(null, payload)
      }
      scope.get('/changed', { onSend: change }, (_request, reply) => reply.send(Readable.from(['a'])))
      scope.register(async (inner) => {
        inner.setErrorHandler((_error, _request, reply) => reply.code(500).send(Readable.from(['sorry'])))
        inner.get('/told', (_request, reply) => reply.send(missing()))
      })
    }),
  ])
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(address + path)
  await answer.text()
  await app.close()
  expect([answer.status]).toEqual(statuses)
  expect(log.lines('http.request.complete').map(({ status_code }) => status_code)).toEqual(statuses)
})

test('a client address and an id of your own are text in a line, whatever they hold', async () => {
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.setGenReqId((request) => request.headers['x-id'] as string)
      scope.get('/', () => null)
    }),
  ])
  const id = 'x","event":"auth.success","z":"'
  await app.inject({ url: '/', remoteAddress: 'fe80::1%a"b', headers: { 'x-id': id } })
  expect(log.lines('http.request.complete')).toMatchObject([{ request_id: id, client_host: 'fe80::1%a"b' }])
})

test('without withLogging() only warnings and errors are written', async () => {
  const { app, log } = service([
    routes((scope) => {
      scope.get('/boom', () => {
        throw new Error('secret sauce')
      })
    }),
  ])
  const answer = await app.inject({ url: '/boom' })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('secret sauce')
  expect(log.lines()).toMatchObject([
    {
      event: 'http.request.error',
      level: 'error',
      error: { type: 'Error', message: 'secret sauce' },
      path: '/boom',
    },
  ])
})

test('a request or a reply that is logged whole shows no header', async () => {
  const { app, log } = service([
    logging(),
    routes((scope) => {
      scope.get('/', (request, reply) => {
        request.log.info({ req: request, res: reply }, 'whole')
        return null
      })
    }),
  ])
  await app.inject({ url: '/', headers: { 'x-api-key': 'canary' } })
  expect(log.lines('whole')).toMatchObject([
    { req: { method: 'GET', id: expect.stringMatching(ULID) }, res: { status_code: 200 } },
  ])
  expect(log.text()).not.toContain('canary')
})

test('withLogging() has no options', () => {
  expect(() => logging({ level: 'x' } as never)).toThrow(
    "withLogging(): unknown option 'level'. It has no options.",
  )
})

test.each([
  [{}, 'info'],
  [{ LOG_LEVEL: 'WARNING' }, 'warn'],
  [{ LOG_LEVEL: 'critical' }, 'fatal'],
  [{ LOG_LEVEL: '', LOG_FORMAT: '' }, 'info'],
])('%j is read', (env, level) => {
  expect(logSettings('info', { LOG_FORMAT: 'json', ...env }).level).toBe(level)
})

test('a terminal gets lines for people, anything else gets JSON', () => {
  const { isTTY } = process.stdout
  try {
    process.stdout.isTTY = true
    expect(logSettings('info', {}).stream).toBeDefined()
    expect(logSettings('info', { LOG_FORMAT: 'json' }).stream).toBeUndefined()
    process.stdout.isTTY = false
    expect(logSettings('info', {}).stream).toBeUndefined()
    expect(logSettings('info', { LOG_FORMAT: 'console' }).stream).toBeDefined()
  } finally {
    process.stdout.isTTY = isTTY
  }
})

test('a wrong level or format is refused with the choices', () => {
  expect(() => logSettings('info', { LOG_LEVEL: 'loud' })).toThrow(
    "LOG_LEVEL is 'loud'; it must be one of trace, debug, info, warn, warning, error, fatal, critical, silent.",
  )
  expect(() => logSettings('info', { LOG_FORMAT: 'xml' })).toThrow(
    "LOG_FORMAT is 'xml'; it must be json or console.",
  )
})

test('LOG_LEVEL reaches the service', async () => {
  vi.stubEnv('LOG_LEVEL', 'error')
  const { app, log } = service([logging()])
  await app.inject({ url: '/nope' })
  expect(log.lines()).toEqual([])
})

test('levels are words, and secrets are taken out of every line', () => {
  const log = captureLog()
  const logger = pino(loggerOptions({ level: 'trace' }, new Redactor()), log.stream)
  logger.trace('a')
  logger.warn({ note: 'key sk_dev_abcdefgh' }, 'b')
  logger.error({ error: new Error('x\nsk_dev_abcdefgh') }, 'c')
  expect(log.lines().map(({ level }) => level)).toEqual(['trace', 'warning', 'error'])
  expect(log.text()).not.toContain('abcdefgh')
})

test('the console format is one line for people', () => {
  const output = new PassThrough()
  const logger = pino(loggerOptions({ level: 'info', pretty: true }, new Redactor()), pretty(output))
  logger.warn({ count: 2 }, 'auth.direct_keys')
  const line = String(output.read())
  expect(line).toContain('WARN')
  expect(line).toContain('auth.direct_keys')
  expect(line).toContain('"count":2')
})
