import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { logging, Problem, PROBLEM_TYPES, sendProblem } from '@chapkit/core'
import { listening, sendRaw } from '@chapkit/testing'
import { answerClientError } from '../src/problems/client-error.ts'
import { toProblem } from '../src/problems/to-problem.ts'
import { routes, service } from './support.ts'

const failing = routes((app) => {
  app.get('/conflict', () => {
    throw new Problem('conflict', "A config named 'a' exists.", {
      headers: { 'retry-after': '3' },
      extensions: { name: 'a' },
    })
  })
  app.get('/unavailable', () => {
    throw new Problem('unavailable', 'Database is down.', { cause: new Error('ECONNREFUSED 10.0.0.1') })
  })
  app.get('/teapot', () => {
    throw Object.assign(new Error('I am a teapot'), { statusCode: 418 })
  })
  app.get('/gone', () => {
    throw Object.assign(new Error('It is gone'), { statusCode: 410 })
  })
  app.get('/odd', () => {
    throw Object.assign(new Error('odd'), { statusCode: 200 })
  })
  app.get('/bad-gateway', () => {
    throw Object.assign(new Error('secret upstream'), { statusCode: 502 })
  })
  app.get('/text', () => Promise.reject('a text'))
  app.get('/null', () => Promise.reject(null))
  app.get('/sent', (_request, reply) => sendProblem(reply, new Problem('forbidden', 'No.')))
  app.get('/things', () => null)
  app.post('/things', () => null)
  app.get('/things/:id', () => null)
  app.put('/things/:id', () => null)
  app.get('/versioned', { constraints: { version: '1.0.0' } }, () => null)
  app.post('/upload', { bodyLimit: 10 }, () => null)
  app.post('/large', () => null)
})

test('a thrown problem is sent as its document, with headers and further members', async () => {
  const { app, log } = service([logging(), failing])
  const answer = await app.inject({ url: '/conflict?x=1' })
  expect(answer.statusCode).toBe(409)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.headers['retry-after']).toBe('3')
  expect(answer.headers['x-request-id']).toBeDefined()
  expect(answer.json()).toEqual({
    type: 'urn:chapkit:error:conflict',
    title: 'Conflict',
    status: 409,
    detail: "A config named 'a' exists.",
    instance: '/conflict',
    name: 'a',
  })
  expect(log.lines('chapkit.error')).toMatchObject([
    {
      level: 'warning',
      error_type: 'urn:chapkit:error:conflict',
      status: 409,
      detail: "A config named 'a' exists.",
      path: '/conflict',
    },
  ])
})

test('a problem of 500 and above logs what led to it and does not send it', async () => {
  const { app, log } = service([failing])
  const answer = await app.inject({ url: '/unavailable' })
  expect(answer.statusCode).toBe(503)
  expect(answer.body).not.toContain('10.0.0.1')
  expect(log.lines('http.request.error')).toMatchObject([{ error: { message: 'ECONNREFUSED 10.0.0.1' } }])
})

test.each([
  ['/teapot', 418, 'urn:chapkit:error:bad-request', 'I am a teapot'],
  ['/gone', 410, 'urn:chapkit:error:bad-request', 'It is gone'],
  [
    '/odd',
    500,
    'urn:chapkit:error:internal',
    'The service could not answer; the error is in its log under this request id.',
  ],
  [
    '/bad-gateway',
    502,
    'urn:chapkit:error:bad-gateway',
    'The service could not answer; the error is in its log under this request id.',
  ],
  [
    '/text',
    500,
    'urn:chapkit:error:internal',
    'The service could not answer; the error is in its log under this request id.',
  ],
  [
    '/null',
    500,
    'urn:chapkit:error:internal',
    'The service could not answer; the error is in its log under this request id.',
  ],
  ['/sent', 403, 'urn:chapkit:error:forbidden', 'No.'],
])('%s is a problem of %i', async (url, status, type, detail) => {
  const { app } = service([failing])
  const answer = await app.inject({ url })
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json()).toMatchObject({ type, status, detail, instance: url })
})

test('every type of the catalogue has its own status, or shares it for a reason', () => {
  const statuses = Object.values(PROBLEM_TYPES).map(({ status }) => status)
  expect(statuses).toEqual([...statuses].sort((a, b) => a - b))
  for (const type of Object.keys(PROBLEM_TYPES) as (keyof typeof PROBLEM_TYPES)[]) {
    expect(new Problem(type, 'x').toDocument('/').type).toBe(`urn:chapkit:error:${type}`)
  }
})

test('faults of a validation without words are still described', () => {
  const fault = { keyword: 'x', instancePath: '', schemaPath: '', params: {} }
  expect(toProblem({ validation: [fault], validationContext: 'body' }).toDocument('/')).toMatchObject({
    detail: 'The body is not valid.',
  })
  expect(toProblem({ validation: [] }).toDocument('/')).toMatchObject({ status: 422, errors: [] })
  const missing = {
    ...fault,
    instancePath: '/a',
    params: { missingProperty: 'b/c~d' },
    message: 'is missing',
  }
  expect(toProblem({ validation: [missing] }).toDocument('/')).toMatchObject({
    errors: [{ pointer: '/a/b~1c~0d' }],
  })
})

test('405 allows all methods of the path, whatever template they are of', async () => {
  const { app } = service([failing])
  const patch = await app.inject({ method: 'PATCH', url: '/things/7?x=1' })
  expect(patch.statusCode).toBe(405)
  expect(patch.headers['allow']).toBe('GET, HEAD, PUT')
  expect(patch.json()).toMatchObject({
    type: 'urn:chapkit:error:method-not-allowed',
    detail: 'PATCH is not offered at this path; it offers GET, HEAD, PUT.',
  })
  const options = await app.inject({ method: 'OPTIONS', url: '/things' })
  expect(options.statusCode).toBe(405)
  expect(options.headers['allow']).toBe('GET, HEAD, POST')
})

test('a path that a route names whole belongs to no template', async () => {
  const { app } = service([
    failing,
    routes((scope) => void scope.get('/things/$schema', () => null), 'schema-routes'),
  ])
  for (const method of ['PUT', 'OPTIONS', 'DELETE'] as const) {
    const answer = await app.inject({ method, url: '/things/$schema?x=1' })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD')
  }
  expect((await app.inject('/things/$schema')).statusCode).toBe(200)
  expect((await app.inject({ method: 'PUT', url: '/things/$other' })).statusCode).toBe(200)
})

test.each(['POST', 'QUERY', 'PATCH'] as const)('what no route takes is not read: %s', async (method) => {
  const { app } = service([failing], { bodyLimit: 10 })
  const port = await listening(app)
  for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
    const init = { method, headers, ...('content-type' in headers && { body: 'x'.repeat(100_000) }) }
    expect((await fetch(`http://127.0.0.1:${port}/conflict`, init)).status).toBe(405)
    expect((await fetch(`http://127.0.0.1:${port}/nope`, init)).status).toBe(404)
  }
})

test('a handler may say itself that there is nothing', async () => {
  const { app } = service([
    routes((scope) => void scope.get('/maybe', (_request, reply) => reply.callNotFound())),
  ])
  expect((await app.inject('/maybe')).json()).toMatchObject({ status: 405 })
})

test('404 where no method has the path; a trailing slash is another path', async () => {
  const { app } = service([failing])
  for (const url of ['/nope', '/things/', '/THINGS', '/versioned']) {
    const answer = await app.inject({ url })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ type: 'urn:chapkit:error:not-found', instance: url })
    expect(answer.headers['allow']).toBeUndefined()
  }
})

test('405 follows the rules of the router', async () => {
  const { app } = service([failing], { routerOptions: { ignoreTrailingSlash: true, caseSensitive: false } })
  expect((await app.inject({ method: 'DELETE', url: '/THINGS/' })).headers['allow']).toBe('GET, HEAD, POST')
})

test('row 20: a body over the limit is a 413 problem, by service and by route', async () => {
  const { app } = service([failing])
  const headers = { 'content-type': 'application/json' }
  for (const [url, size] of [
    ['/upload', 20],
    ['/large', 2_000_000],
  ] as const) {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers,
      payload: JSON.stringify('x'.repeat(size)),
    })
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({
      type: 'urn:chapkit:error:payload-too-large',
      detail: 'The body is larger than this service accepts.',
    })
  }
  const small = service([failing], { bodyLimit: 100 })
  const answer = await small.app.inject({
    method: 'POST',
    url: '/large',
    headers,
    payload: JSON.stringify('x'.repeat(200)),
  })
  expect(answer.statusCode).toBe(413)
})

test.each([
  ['garbage', 'NOT HTTP\r\n\r\n', 400, 'bad-request'],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
  [
    'a header too large',
    `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'header-fields-too-large',
  ],
  [
    'chunk extensions too large',
    `POST /large HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`,
    413,
    'payload-too-large',
  ],
  [
    'row 31: Content-Length and Transfer-Encoding',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'bad-request',
  ],
  [
    'row 31: two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
    400,
    'bad-request',
  ],
  ['row 31: a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400, 'bad-request'],
])('row 27: %s is a problem', async (_what, bytes, status, type) => {
  const { app } = service([failing])
  const answer = await sendRaw(await listening(app), bytes)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.headers['x-request-id']).toMatch(/^[0-9A-Z]{26}$/)
  expect(answer.headers['connection']).toBe('close')
  expect(JSON.parse(answer.body)).toMatchObject({ type: `urn:chapkit:error:${type}`, status })
})

test('row 31: a request without Host is refused as a problem', async () => {
  const { app } = service([failing])
  const answer = await sendRaw(await listening(app), 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')
  expect(answer.status).toBe(400)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test('row 27: a request that does not arrive in time is a 408 problem', async () => {
  const { app } = service([failing], {
    headersTimeout: 100,
    requestTimeout: 100,
    connectionsCheckingInterval: 50,
  })
  const answer = await sendRaw(await listening(app), 'GET / HTTP/1.1\r\nHost: x\r\n')
  expect(answer.status).toBe(408)
  expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:chapkit:error:timeout', status: 408 })
})

test.each(['Content-Length: 3', 'Transfer-Encoding: chunked'])(
  'row 21: a body that does not arrive in time is a 408 problem (%s)',
  async (framing) => {
    const { app } = service([failing], { requestTimeout: 100 })
    const head = `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`
    const answer = await sendRaw(await listening(app), head)
    expect(answer.status).toBe(408)
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'urn:chapkit:error:timeout', status: 408 })
  },
)

test('row 21: a handler may take longer than a body, and a route may limit its bodies itself', async () => {
  const slow = routes((app) => {
    const handler = async () => {
      await sleep(50)
      return {}
    }
    app.post('/slow', handler)
    app.post('/own-limit', { config: { limitsBodyTime: true } }, handler)
  })
  const { app } = service([slow], { requestTimeout: 1 })
  for (const url of ['/slow', '/own-limit']) {
    expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(200)
  }
})

test.each(['/things/%zz', '/things/%ff', '/things/%', '/things/%24x'])(
  'row 27: bad encoding in %s goes the way of all',
  async (path) => {
    const { app } = service([failing])
    const answer = await sendRaw(
      await listening(app),
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.status).toBe(200)
  },
)

test('a very long part of a path is no reason to answer before the hooks', async () => {
  const { app } = service([failing])
  expect((await app.inject({ url: `/things/${'x'.repeat(10_000)}` })).statusCode).toBe(200)
  const limited = service([failing], { routerOptions: { maxParamLength: 10 } })
  const answer = await limited.app.inject({ url: `/things/${'x'.repeat(11)}` })
  expect(answer.statusCode).toBe(414)
  expect(answer.json()).toMatchObject({ type: 'urn:chapkit:error:uri-too-long' })
})

test('a handler that takes too long is a 503 problem', async () => {
  const slow = routes((app) => void app.get('/slow', () => new Promise(() => undefined)))
  const { app } = service([slow], { handlerTimeout: 20 })
  const answer = await app.inject({ url: '/slow' })
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toMatchObject({
    type: 'urn:chapkit:error:unavailable',
    detail: 'The request took too long to answer; try again later.',
  })
})

test('a request that arrives while the service closes is a 503 problem, and the connection ends', async () => {
  const { app } = service([failing])
  const port = await listening(app)
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(socket, 'close')
  socket.write('GET /things HTTP/1.1\r\nHost: x\r\n')
  await once(app.server, 'connection')
  const closed = app.close()
  if (!app.kernel.closing.aborted) await once(app.kernel.closing, 'abort')
  socket.write('\r\n')
  await Promise.all([ended, closed])
  expect(text).toMatch(/^HTTP\/1\.1 503 /)
  expect(text.toLowerCase()).toContain('connection: close')
  expect(text).toContain('"detail":"The service is shutting down; try again."')
})

test('an answer in flight when the service closes is finished, and the connection ends', async () => {
  const gate = deferred()
  const entered = deferred()
  const slow = routes((app) => {
    app.get('/slow', async () => {
      entered.resolve()
      await gate.promise
      return { ok: true }
    })
  })
  const { app } = service([slow])
  const answer = sendRaw(await listening(app), 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await entered.promise
  const closed = app.close()
  if (!app.kernel.closing.aborted) await once(app.kernel.closing, 'abort')
  gate.resolve()
  expect(await answer).toMatchObject({ status: 200, headers: { connection: 'close' }, body: '{"ok":true}' })
  await closed
})

test('an expectation that nobody knows is no reason to answer without a problem', async () => {
  const { app } = service([failing])
  const answer = await sendRaw(
    await listening(app),
    'GET /nope HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
  )
  expect(answer.status).toBe(404)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

function deferred() {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve: () => resolve() }
}

test('a route keeps the hooks that it was given, beside the one that refuses an empty parameter', async () => {
  const hooked = routes((app) => {
    app.get('/hooked/:id', {
      onRequest: async (_request, reply) => void reply.header('x-hooked', '1'),
      handler: () => null,
    })
  })
  const { app } = service([hooked])
  expect((await app.inject({ url: '/hooked/7' })).headers['x-hooked']).toBe('1')
  expect((await app.inject({ url: '/hooked/' })).statusCode).toBe(404)
  expect((await app.inject({ method: 'DELETE', url: '/hooked/' })).statusCode).toBe(404)
})

test('a route that is registered twice is refused in the words of Fastify', async () => {
  const twice = routes((app) => {
    app.get('/twice', () => null)
    app.get('/twice', () => null)
  })
  await expect(service([twice]).app.ready()).rejects.toMatchObject({ code: 'FST_ERR_DUPLICATED_ROUTE' })
})

test('a connection that is gone gets no answer', () => {
  for (const [code, writable] of [
    ['ECONNRESET', true],
    ['HPE_INVALID_METHOD', false],
  ] as const) {
    const socket = { writable, destroy: vi.fn(), end: vi.fn() }
    answerClientError(Object.assign(new Error('gone'), { code }), socket as unknown as Socket, 'id')
    expect(socket.destroy).toHaveBeenCalledOnce()
    expect(socket.end).not.toHaveBeenCalled()
  }
})
