import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { AppConfig, create, DEFAULTS, serviceOf } from './service.ts'

const PATH = '/api/v1/configs'
interface Faults {
  errors: { pointer: string }[]
}

const json = { 'content-type': 'application/json' }

test('row 16: names that pollute prototypes elsewhere come back as they were sent', async () => {
  const app = serviceOf(AppConfig)
  const data =
    '"environment":"e","__proto__":{"a":1},"constructor":{"prototype":{"b":1}},"$ref":"x","hasOwnProperty":1'
  const payload = `{"name":"proto","data":{${data},"deep":{"__proto__":{"c":1},"toString":null}},"__proto__":{"d":1}}`
  const created = await app.inject({ method: 'POST', url: PATH, headers: json, payload })
  expect(created.statusCode).toBe(201)
  const { id } = created.json<{ id: string }>()
  const put = await app.inject({ method: 'PUT', url: `${PATH}/${id}`, headers: json, payload })
  const list = await app.inject(PATH)
  const page = await app.inject(`${PATH}?page=1&size=1`)
  const one = await app.inject(`${PATH}/${id}`)
  for (const { statusCode, body } of [created, put, list, page, one]) {
    expect(statusCode).toBeLessThan(300)
    expect(body).toContain(data)
    expect(body).toContain('"deep":{"__proto__":{"c":1},"toString":null}')
    expect(body).not.toContain('"d"')
  }
  const found = await app.configs.findById(id)
  expect(Object.getPrototypeOf(found?.data)).toBe(Object.prototype)
  for (const name of ['a', 'b', 'c', 'd']) expect({}).not.toHaveProperty(name)
})

test.each([
  [{ retries: '7' }, '/data/retries'],
  [{ retries: null }, '/data/retries'],
  [{ retries: true }, '/data/retries'],
  [{ retries: 1.5 }, '/data/retries'],
  [{ retries: 11 }, '/data/retries'],
  [{ debug: 'false' }, '/data/debug'],
  [{ debug: 0 }, '/data/debug'],
  [{ environment: 7 }, '/data/environment'],
  [{ environment: '', tags: 'a' }, '/data/tags'],
  [{ tags: [1] }, '/data/tags/0'],
  [{ tags: {} }, '/data/tags'],
])('row 18: nothing in a body is coerced: %j', async (change, pointer) => {
  const app = serviceOf(AppConfig)
  const body = { name: 'x', data: { environment: 'e', ...change } }
  for (const [method, url] of [
    ['POST', PATH],
    ['PUT', `${PATH}/${(await create(app, { name: 'y', data: { environment: 'e' } })).id}`],
  ] as const) {
    const answer = await app.inject({ method, url, body })
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({
      type: 'urn:chapkit:error:validation-failed',
      errors: [{ pointer, detail: expect.any(String) as string }],
    })
  }
})

test('row 18: unknown members and nulls in them are kept, on every level', async () => {
  const app = serviceOf(Type.Object({ db: Type.Object({ host: Type.String({ default: 'localhost' }) }) }))
  const data = { db: { port: 5432, none: null }, more: [{ a: null }], none: null, '': { '~/': 1 } }
  const { data: stored } = await create(app, { name: 'x', data })
  expect(stored).toEqual({ ...data, db: { ...data.db, host: 'localhost' } })
})

test('every fault of a body is named', async () => {
  const app = serviceOf(AppConfig)
  const answer = await app.inject({ method: 'POST', url: PATH, body: { data: { retries: 'a', debug: 1 } } })
  expect(answer.statusCode).toBe(422)
  const { errors, detail } = answer.json<{ errors: { pointer: string }[]; detail: string }>()
  expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
    '/data/debug',
    '/data/environment',
    '/data/retries',
    '/name',
  ])
  expect(detail).toMatch(/^The config at \/\S+ .*\(and 3 more\)\.$/)
})

describe('no body gives 500', () => {
  const config = (name: string, data: string) => `{"name":${name},"data":${data}}`
  const valid = '{"environment":"e"}'
  const nested = (depth: number) =>
    config('"x"', `{"environment":"e","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`)

  test.each([
    ['no body', undefined],
    ['null', 'null'],
    ['a number', '7'],
    ['a string', '"x"'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['an array of configs', `[${config('"x"', valid)}]`],
    ['no data', '{"name":"x"}'],
    ['no name', `{"data":${valid}}`],
    ['data null', config('"x"', 'null')],
    ['data an array', config('"x"', '[]')],
    ['data a string', config('"x"', '"{}"')],
    ['data empty', config('"x"', '{}')],
    ['name null', config('null', valid)],
    ['name a number', config('7', valid)],
    ['name an object', config('{}', valid)],
    ['NUL in the name', config('"a\\u0000b"', valid)],
    ['a lone surrogate in the name', config('"\\ud800"', valid)],
    ['half a pair at the end of the name', config('"\\ud83d\\ude00\\ud83d"', valid)],
    ['NUL in data', config('"x"', '{"environment":"\\u0000"}')],
    ['NUL in unknown data', config('"x"', '{"environment":"e","a":[{"b":"\\u0000"}]}')],
    ['NUL in the name of a member', config('"x"', '{"environment":"e","\\u0000":1}')],
    ['a lone surrogate in data', config('"x"', '{"environment":"\\udfff"}')],
    ['a lone surrogate in the name of a member', config('"x"', '{"environment":"e","\\ud800":1}')],
    ['a number that overflows', config('"x"', '{"environment":"e","n":1e999}')],
    ['nesting of 600 levels', nested(600)],
    ['nesting of 100,000 levels', nested(100_000)],
    ['an id that is no ULID', `{"id":"nope","name":"x","data":${valid}}`],
    ['an id that is too large', `{"id":"8ZZZZZZZZZZZZZZZZZZZZZZZZZ","name":"x","data":${valid}}`],
    ['an empty id', `{"id":"","name":"x","data":${valid}}`],
    ['an id that is a number', `{"id":7,"name":"x","data":${valid}}`],
    ['an id that is an object', `{"id":{},"name":"x","data":${valid}}`],
    ['an id with a line end', `{"id":"01J0000000000000000000AAAA\\n","name":"x","data":${valid}}`],
  ])('%s is 422', async (_name, payload) => {
    const app = serviceOf(AppConfig)
    const { id } = await create(app, { name: 'other', data: { environment: 'e' } })
    const sent = payload === undefined ? {} : { payload, headers: json }
    for (const answer of [
      await app.inject({ method: 'POST', url: PATH, ...sent }),
      await app.inject({ method: 'PUT', url: `${PATH}/${id}`, ...sent }),
    ]) {
      expect(answer.statusCode).toBe(422)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.json()).toMatchObject({
        type: 'urn:chapkit:error:validation-failed',
        errors: [{ pointer: expect.any(String) as string }, ...answer.json<Faults>().errors.slice(1)],
      })
    }
    expect((await app.inject(PATH)).json()).toHaveLength(1)
  })

  test.each([
    ['an empty name', config('""', valid)],
    ['a name of markup', config('"<script>\\n\\t\'\\"; drop table configs; --"', valid)],
    ['a name of emoji', config('"😀\\ud83d\\ude00"', valid)],
    ['a long name', config(`"${'x'.repeat(100_000)}"`, valid)],
    ['nesting of 100 levels', nested(100)],
    ['nesting of 500 levels', nested(500)],
    ['a member given twice', config('"x"', '{"environment":"a","environment":"e"}')],
    ['an id and data of null members', `{"id":null,"name":"x","data":{"environment":"e","a":null}}`],
    ['a byte order mark', `\ufeff${config('"x"', valid)}`],
  ])('%s is stored', async (_name, payload) => {
    const app = serviceOf(AppConfig)
    const created = await app.inject({ method: 'POST', url: PATH, headers: json, payload })
    expect(created.statusCode).toBe(201)
    const { id, name, data } = created.json<{ id: string; name: string; data: Record<string, unknown> }>()
    const sent = JSON.parse(payload.replace('\ufeff', '')) as { name: string; data: object }
    expect({ name, data }).toEqual({ name: sent.name, data: { ...DEFAULTS, ...sent.data } })
    expect((await app.inject(`${PATH}/${id}`)).json()).toEqual(created.json())
  })

  test('the same data as a body is 413 when it is too large', async () => {
    const payload = config('"x"', `{"environment":"${'x'.repeat(2 ** 20)}"}`)
    const answer = await serviceOf(AppConfig).inject({ method: 'POST', url: PATH, headers: json, payload })
    expect(answer.statusCode).toBe(413)
  })
})

describe('schemas of many kinds', () => {
  test('the open schema takes any object', async () => {
    const app = serviceOf(Type.Object({}))
    expect((await create(app, { name: 'x', data: { a: 1, b: [true] } }))['data']).toEqual({ a: 1, b: [true] })
    expect((await create(app, { name: 'y', data: {} }))['data']).toEqual({})
  })

  test('a closed schema refuses unknown members', async () => {
    const app = serviceOf(Type.Object({ a: Type.Optional(Type.String()) }, { additionalProperties: false }))
    const answer = await app.inject({ method: 'POST', url: PATH, body: { name: 'x', data: { b: 1 } } })
    expect(answer.statusCode).toBe(422)
    await create(app, { name: 'x', data: { a: 'b' } })
  })

  test('a schema with an $id, formats, unions and recursion works, twice in one process', async () => {
    const Node = Type.Cyclic(
      { Node: Type.Object({ label: Type.String(), children: Type.Array(Type.Ref('Node')) }) },
      'Node',
    )
    const Schema = Type.Object(
      {
        at: Type.String({ format: 'date-time' }),
        kind: Type.Union([Type.Literal('a'), Type.Literal('b')], { default: 'a' }),
        tree: Type.Optional(Node),
      },
      { $id: 'TheConfig' },
    )
    for (const app of [serviceOf(Schema), serviceOf(Schema)]) {
      const at = '2026-01-02T03:04:05Z'
      const tree = { label: 'root', children: [{ label: 'leaf', children: [] }] }
      expect((await create(app, { name: 'x', data: { at, tree } }))['data']).toEqual({ at, kind: 'a', tree })
      for (const data of [{ at: 'now' }, { at, kind: 'c' }, { at, tree: { label: 'x', children: [{}] } }]) {
        expect((await app.inject({ method: 'POST', url: PATH, body: { name: 'y', data } })).statusCode).toBe(
          422,
        )
      }
    }
  })

  test('defaults of one config are not shared with the next', async () => {
    const app = serviceOf(Type.Object({ list: Type.Array(Type.String(), { default: ['a'] }) }))
    await app.ready()
    const first = await app.configs.create({ name: 'x', data: {} as { list: string[] } })
    first.data.list.push('b')
    expect((await create(app, { name: 'y', data: {} }))['data']).toEqual({ list: ['a'] })
  })
})
