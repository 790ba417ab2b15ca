import { Type } from 'typebox'
import { afterEach, expect, test, vi } from 'vitest'
import { listening, sendRaw } from '@chapkit/testing'
import { requestIds } from '../src/requests/request-id.ts'
import { routes, service } from './support.ts'

afterEach(() => vi.useRealTimers())

const Body = Type.Object({
  name: Type.String(),
  count: Type.Optional(Type.Integer({ default: 3 })),
  on: Type.Optional(Type.Boolean()),
  tags: Type.Optional(Type.Array(Type.String())),
})

/** POST /echo answers with its body, POST /strict refuses unknown members, GET /query answers with its query. */
const echo = routes((app) => {
  app.addSchema({ $id: 'Shared', type: 'object', properties: { n: { type: 'integer' } } })
  const serializerCompiler = () => JSON.stringify
  app.post('/echo', { schema: { body: Body }, serializerCompiler, handler: (request) => request.body })
  app.post('/any', { serializerCompiler, handler: (request) => request.body ?? null })
  app.post('/shared', { schema: { body: { $ref: 'Shared#' } }, handler: (request) => request.body })
  app.post('/strict', {
    schema: { body: Type.Object({ a: Type.Integer() }, { additionalProperties: false }) },
    handler: (request) => request.body,
  })
  app.get('/query', {
    schema: {
      querystring: Type.Object({
        page: Type.Integer({ minimum: 1 }),
        tag: Type.Optional(Type.Array(Type.String())),
      }),
    },
    handler: (request) => request.query,
  })
})

const post = (
  app: ReturnType<typeof service>['app'],
  url: string,
  payload: string,
  type = 'application/json',
) => app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/vnd.api+json',
  'application/problem+json',
])('%s is read as JSON', async (type) => {
  const { app } = service([echo])
  const answer = await post(app, '/echo', '{"name":"a","more":{"x":null}}', type)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toEqual({ name: 'a', count: 3, more: { x: null } })
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'multipart/form-data; boundary=x',
  'x',
])('%s is 415', async (type) => {
  const { app } = service([echo])
  const answer = await post(app, '/echo', '{"name":"a"}', type)
  expect(answer.statusCode).toBe(415)
  expect(answer.json()).toEqual({
    type: 'urn:chapkit:error:unsupported-media-type',
    title: 'Unsupported Media Type',
    status: 415,
    detail: 'Send the body as application/json.',
    instance: '/echo',
  })
})

test('a body without Content-Type is 415', async () => {
  const { app } = service([echo])
  const port = await listening(app)
  const answer = await sendRaw(
    port,
    'POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"name":"a"}',
  )
  expect(answer.status).toBe(415)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test.each([
  ['row 17: a tab after the type', 'Content-Type: application/json\t; charset=x\r\n'],
  ['row 17: a tab instead of the semicolon', 'Content-Type: application/json\ta\r\n'],
  ['row 17: a leading space', 'Content-Type:  application/json\r\n'],
  ['row 17: upper case and a comma', 'Content-Type: APPLICATION/JSON, text/plain\r\n'],
])('%s never skips the validation', async (_what, header) => {
  const { app } = service([echo])
  const port = await listening(app)
  const body = '{"name":7}'
  const answer = await sendRaw(
    port,
    `POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}Content-Length: ${body.length}\r\n\r\n${body}`,
  )
  expect([400, 415, 422]).toContain(answer.status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
})

test.each([
  ['{', 'The body is not valid JSON.'],
  ['{"name": sk_dev_canary00}', 'The body is not valid JSON.'],
  [`${'['.repeat(600)}${']'.repeat(600)}`, 'The body is nested more than 512 levels deep.'],
  [
    `{"a":"\\"[","b":${'{"c":'.repeat(600)}1${'}'.repeat(600)}}`,
    'The body is nested more than 512 levels deep.',
  ],
])('%.30s is 422 and not quoted', async (body, detail) => {
  const { app } = service([echo])
  const answer = await post(app, '/any', body)
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({
    type: 'urn:chapkit:error:validation-failed',
    detail,
    errors: [{ pointer: '', detail }],
  })
})

test('a body that is not UTF-8 is 422: it would be stored as something else', async () => {
  const { app } = service([echo])
  const payload = Buffer.from('{"name":"caf\xe9"}', 'latin1')
  const answer = await app.inject({
    method: 'POST',
    url: '/echo',
    payload,
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.statusCode).toBe(422)
  expect(answer.json().detail).toBe('The body is not UTF-8 text.')
})

test('an empty body is 422 where a body is asked for, and nothing where it is not', async () => {
  const { app } = service([echo])
  const asked = await post(app, '/echo', '')
  expect(asked.statusCode).toBe(422)
  expect(asked.json().detail).toBe('The body is empty; send a JSON document.')
  expect((await post(app, '/any', '')).statusCode).toBe(200)
})

test('deep but not too deep, long strings of brackets, and a byte order mark are fine', async () => {
  const { app } = service([echo])
  const deep = `${'['.repeat(500)}"${'['.repeat(600)}\\\\"${']'.repeat(500)}`
  expect((await post(app, '/any', deep)).body).toBe(deep)
  expect((await post(app, '/any', `\ufeff{"a":${JSON.stringify('{'.repeat(2000))}}`)).statusCode).toBe(200)
})

test('row 16: members like __proto__ come back as sent and pollute nothing', async () => {
  const { app } = service([echo])
  const body = '{"name":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
  const answer = await post(app, '/echo', body)
  expect(answer.body).toContain('"__proto__":{"polluted":1}')
  expect(answer.body).toContain('"constructor":{"prototype":{"polluted":1}}')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(Object.getPrototypeOf(JSON.parse(answer.body))).toBe(Object.prototype)
})

test.each([
  ['null', { name: null }],
  ['true for a number', { name: 'a', count: true }],
  ['text for a number', { name: 'a', count: '7' }],
  ['text for a boolean', { name: 'a', on: 'false' }],
  ['an empty text for a boolean', { name: 'a', on: '' }],
  ['a text for a list', { name: 'a', tags: 'x' }],
  ['a number for a text', { name: 7 }],
])('row 18: a body means what it says: %s is 422', async (_what, body) => {
  const { app } = service([echo])
  const answer = await post(app, '/echo', JSON.stringify(body))
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors).toHaveLength(1)
})

test('row 18: values of a query are coerced; unknown members of a strict body are refused, not dropped', async () => {
  const { app } = service([echo])
  expect((await app.inject({ url: '/query?page=7&tag=a&other=1' })).json()).toEqual({
    page: 7,
    tag: ['a'],
    other: '1',
  })
  const answer = await post(app, '/strict', '{"a":1,"b":2}')
  expect(answer.statusCode).toBe(422)
  expect(answer.json().detail).toBe('The body must NOT have additional properties.')
})

test('a shared schema validates, too', async () => {
  const { app } = service([echo])
  expect((await post(app, '/shared', '{"n":1}')).statusCode).toBe(200)
  expect((await post(app, '/shared', '{"n":"1"}')).statusCode).toBe(422)
})

test('a validation problem is one sentence and a list of places', async () => {
  const { app } = service([echo])
  const answer = await post(app, '/echo', '{"count":"x","tags":[1]}')
  expect(answer.json()).toEqual({
    type: 'urn:chapkit:error:validation-failed',
    title: 'Validation Failed',
    status: 422,
    detail: "The body at /name must have required property 'name' (and 2 more).",
    instance: '/echo',
    errors: [
      { pointer: '/name', detail: "must have required property 'name'" },
      { pointer: '/count', detail: 'must be integer' },
      { pointer: '/tags/0', detail: 'must be string' },
    ],
  })
  expect(
    (await post(app, '/echo', JSON.stringify({ name: 'a', tags: Array(500).fill(1) }))).json().errors,
  ).toHaveLength(100)
  expect((await app.inject({ url: '/query?page=0' })).json().detail).toBe(
    'The querystring at /page must be >= 1.',
  )
})

test('ids are ULIDs that increase', () => {
  const next = requestIds()
  const ids = Array.from({ length: 1000 }, next)
  expect(new Set(ids).size).toBe(1000)
  expect([...ids].sort()).toEqual(ids)
  expect(ids.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toBe(true)
})

test('ids tell the time, and go on where they were when the clock is set back', () => {
  const time = Date.UTC(2026, 0, 2)
  vi.useFakeTimers({ now: time })
  const next = requestIds()
  const first = next()
  expect(first.slice(0, 10)).toBe('01KDY02100')
  vi.setSystemTime(time - 60_000)
  const second = next()
  expect(second.slice(0, 10)).toBe(first.slice(0, 10))
  expect(second > first).toBe(true)
  vi.setSystemTime(time + 1)
  expect(next().slice(0, 10)).toBe('01KDY02101')
})

test('more ids than a millisecond has go on in the next one', () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2) })
  const next = requestIds()
  let last = next()
  const times = new Set([last.slice(0, 10)])
  for (let count = 0; count < 2 ** 20; count++) {
    const id = next()
    if (id <= last) throw new Error(`${id} came after ${last}.`)
    last = id
    times.add(id.slice(0, 10))
  }
  expect(times.size).toBe(2)
})
