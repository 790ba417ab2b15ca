import { config, type ConfigOptions } from '@chapkit/config'
import { Type, type TObject } from 'typebox'
import { describe, expect, test } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { AppConfig, create, serviceOf } from './service.ts'

test.each([
  undefined,
  null,
  'schema',
  {},
  { type: 'object', properties: {} },
  Type.String(),
  Type.Array(Type.Object({})),
  Type.Record(Type.String(), Type.String()),
  MemoryStore,
])('a schema that is no TypeBox object is refused: %s', (schema) => {
  expect(() => config(schema as TObject)).toThrow(
    expect.objectContaining({
      code: 'CHAPKIT_ERR_INVALID_OPTION',
      message:
        'withConfig(): the schema must be a TypeBox object, such as Type.Object({ environment: Type.String() }) ' +
        "with Type of the package 'typebox'.",
    }) as Error,
  )
})

test.each([
  ['a type that JSON does not have', Type.Object({ n: Type.BigInt() })],
  ['a reference that leads nowhere', Type.Object({ n: Type.Ref('Nowhere') })],
  ['a pattern that is not valid', Type.Object({ n: Type.String({ pattern: '[' }) })],
])('a schema with %s fails the start with one sentence', async (_what, schema) => {
  await expect(serviceOf(schema).ready()).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_INVALID_OPTION',
    message: expect.stringMatching(/^withConfig\(\): the schema cannot be used: .+ Use types that JSON has/),
  })
})

test.each<[string, unknown, string]>([
  [
    'prefix without a slash',
    { prefix: 'api/configs' },
    "withConfig(): option 'prefix' must be a path such as",
  ],
  ['prefix that ends with one', { prefix: '/api/' }, "withConfig(): option 'prefix' must be a path such as"],
  ['prefix that is no text', { prefix: 7 }, "withConfig(): option 'prefix' must be"],
  [
    'unknown option',
    { prefixes: '/x' },
    "withConfig(): unknown option 'prefixes'. Options: prefix, tags, permissions",
  ],
  ['tags that are no list', { tags: 'Config' }, "withConfig(): option 'tags' must be"],
  ['permission of another type', { allowRead: 'no' }, "withConfig(): option 'allowRead' must be boolean"],
  ['permission that does not exist', { permissions: { write: false } }, "unknown option 'write'"],
  ['unique names of another type', { uniqueNames: 1 }, "withConfig(): option 'uniqueNames' must be boolean"],
  [
    'store without a method',
    { store: { insert: () => 1 } },
    "option 'store' must be a ConfigStore, with the methods",
  ],
  ['store that is no object', { store: 'sqlite:x.db' }, "option 'store' must be a ConfigStore"],
  ['store that is null', { store: null }, "option 'store' must be a ConfigStore"],
])('%s is refused', (_name, options, message) => {
  expect(() => config(AppConfig, options as ConfigOptions)).toThrow(
    expect.objectContaining({
      code: 'CHAPKIT_ERR_INVALID_OPTION',
      message: expect.stringContaining(message) as string,
    }) as Error,
  )
})

test('options are left as they are', () => {
  const options = { permissions: { create: false }, tags: ['A'] }
  config(AppConfig, options)
  expect(options).toEqual({ permissions: { create: false }, tags: ['A'] })
})

test('configs may live under another path', async () => {
  const app = serviceOf(AppConfig, { prefix: '/settings' })
  const body = { name: 'x', data: { environment: 'e' } }
  const answer = await app.inject({ method: 'POST', url: '/settings', body, headers: { host: 'h' } })
  const { id } = answer.json<{ id: string }>()
  expect(answer.headers.location).toBe(`http://h/settings/${id}`)
  expect((await app.inject(`/settings/${id}`)).statusCode).toBe(200)
  expect((await app.inject('/api/v1/configs')).statusCode).toBe(404)
})

describe('a store of the user', () => {
  test('is used instead of a database, which the service then does not need', async () => {
    const store = new MemoryStore()
    expect(config(AppConfig, { store }).needs).toEqual([])
    expect(config(AppConfig).needs).toEqual(['database'])
    const app = serviceOf(AppConfig, { store })
    const { id } = await create(app, { name: 'x', data: { environment: 'e' } })
    expect(await store.findById(id)).toMatchObject({ name: 'x' })
    expect(app.hasDecorator('database')).toBe(false)
    const body = { name: 'x', data: { environment: 'f' } }
    expect((await app.inject({ method: 'POST', url: '/api/v1/configs', body })).statusCode).toBe(409)
    expect((await app.inject({ method: 'PUT', url: `/api/v1/configs/${id}`, body })).statusCode).toBe(200)
    expect((await app.inject({ method: 'DELETE', url: `/api/v1/configs/${id}` })).statusCode).toBe(204)
  })

  test('need not prepare anything', async () => {
    const store = new MemoryStore()
    Object.defineProperty(store, 'prepare', { value: undefined })
    const app = serviceOf(AppConfig, { store })
    const { id } = await create(app, { name: 'x', data: { environment: 'e' } })
    expect(await store.findById(id)).toMatchObject({ name: 'x' })
  })

  test('that fails is a 500 which tells nothing of it', async () => {
    const store = new MemoryStore()
    store.findById = () => Promise.reject(new Error('secret host is down'))
    const answer = await serviceOf(AppConfig, { store }).inject('/api/v1/configs/01HZZZZZZZZZZZZZZZZZZZZZZZ')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret')
  })

  test('that cannot be prepared fails the start', async () => {
    const store = new MemoryStore()
    store.prepare = () => Promise.reject(new Error('no table'))
    await expect(serviceOf(AppConfig, { store }).ready()).rejects.toThrow('no table')
  })
})
