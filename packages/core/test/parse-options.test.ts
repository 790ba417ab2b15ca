import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { checkedOption, functionOption, parseOptions, parseServiceInfo, pathOption } from '@chapkit/core'

const Schema = Type.Object(
  {
    prefix: pathOption({ default: '/health' }),
    tags: Type.Array(Type.String(), { default: ['a'] }),
    hook: Type.Optional(functionOption<() => void>()),
    store: Type.Optional(checkedOption<object>((value) => value instanceof Map, 'a store')),
  },
  { additionalProperties: false },
)
const parse = (value: unknown) => parseOptions(Schema, value, 'withX()')

test('defaults are filled in, the result is frozen, and the user keeps what he passed', () => {
  const given = {}
  const options = parse(given)
  expect(options).toEqual({ prefix: '/health', tags: ['a'] })
  expect(Object.isFrozen(options)).toBe(true)
  expect(given).toEqual({})
})

test('what the user passed may be frozen, inside as well', () => {
  const tags = Object.freeze(['x'])
  expect(parse(Object.freeze({ tags })).tags).toEqual(['x'])
  expect(parse({ tags }).tags).not.toBe(tags)
})

test('options may be an object of any kind', () => {
  class Given {
    tags = ['x']
  }
  const bare: unknown = Object.assign(Object.create(null), { tags: ['x'] })
  for (const given of [bare, new Given()]) expect(parse(given)).toEqual({ prefix: '/health', tags: ['x'] })
})

test('a member __proto__ is one like the others', () => {
  const call = () => parse(JSON.parse('{ "__proto__": { "prefix": "/x" } }'))
  expect(call).toThrow("withX(): unknown option '__proto__'.")
})

test('functions and instances stay the same ones', () => {
  const hook = () => undefined
  const store = new Map()
  expect(parse({ hook, store }).hook).toBe(hook)
  expect(parse({ hook, store }).store).toBe(store)
})

test.each([
  [{ prefx: '/x' }, "withX(): unknown option 'prefx'. Options: prefix, tags, hook, store."],
  [
    { prefix: 'x' },
    "withX(): option 'prefix' must be a path such as '/health': it starts with '/' and does not end with it (got 'x')",
  ],
  [{ prefix: '/x/' }, "(got '/x/')"],
  [{ prefix: '/a b' }, "(got '/a b')"],
  [{ prefix: 7 }, "withX(): option 'prefix' must be string"],
  [{ tags: ['a', 1] }, "withX(): option 'tags.1' must be string"],
  [{ hook: 'x' }, "withX(): option 'hook' must be a function"],
  [{ store: {} }, "withX(): option 'store' must be a store"],
  [null, 'withX(): must be object (Options: prefix, tags, hook, store.)'],
  [['x'], 'withX(): must be object'],
  ['x', 'withX(): must be object'],
])('%j is refused', (value, message) => {
  expect(() => parse(value)).toThrow(
    expect.objectContaining({
      code: 'CHAPKIT_ERR_INVALID_OPTION',
      message: expect.stringContaining(message),
    }),
  )
  expect(() => parse(value)).toThrow(TypeError)
})

test('a function without options says so', () => {
  expect(() => parseOptions(Type.Object({}, { additionalProperties: false }), { a: 1 }, 'withY()')).toThrow(
    "withY(): unknown option 'a'. It has no options.",
  )
})

test('the info of a service: nulls for what is not known, the description is the summary', () => {
  expect(parseServiceInfo({ displayName: 'A' })).toEqual({
    display_name: 'A',
    version: '1.0.0',
    summary: null,
    description: null,
    contact: null,
    license_info: null,
  })
  const info = {
    displayName: 'B',
    version: '2.0.0',
    summary: 'Sum',
    contact: { name: 'Ops', email: 'ops@example.org' },
    licenseInfo: { name: 'MIT' },
    organizationLogoUrl: 'https://example.org/logo.png',
  }
  expect(parseServiceInfo(info)).toMatchObject({
    description: 'Sum',
    contact: { name: 'Ops', email: 'ops@example.org' },
    license_info: { name: 'MIT' },
    organization_logo_url: 'https://example.org/logo.png',
  })
  expect(parseServiceInfo({ ...info, description: 'Desc' }).description).toBe('Desc')
})

test('an info without a name is refused', () => {
  expect(() => parseServiceInfo({} as { displayName: string })).toThrow(
    "new ServiceBuilder(info): option 'displayName' is missing. Options: displayName, version, summary, description, contact, licenseInfo.",
  )
  expect(() => parseServiceInfo(undefined as unknown as { displayName: string })).toThrow('must be object')
})
