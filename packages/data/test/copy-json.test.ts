import { copyJson, MAX_JSON_DEPTH } from '@chapkit/data'
import { expect, test } from 'vitest'

test('JSON is copied as it is', () => {
  const value = { text: 'ä😀', none: null, list: [1, -0.5, true, [], {}], deep: { a: { b: 'c' } }, '': 0 }
  const { copy, faults } = copyJson(value)
  expect(faults).toEqual([])
  expect(copy).toEqual(value)
  expect(copy).not.toBe(value)
})

test('row 16: __proto__ and constructor stay ordinary members', () => {
  const text = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
  const { copy, faults } = copyJson(JSON.parse(text))
  expect(faults).toEqual([])
  expect(JSON.stringify(copy)).toBe(text)
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  expect({}).not.toHaveProperty('polluted')
})

test('what code passes becomes what JSON would make of it', () => {
  const { copy, faults } = copyJson({ at: new Date(0), gone: undefined, list: [undefined] })
  expect(faults).toEqual([])
  expect(copy).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null] })
  expect(Object.keys(copy as object)).toEqual(['at', 'list'])
})

test.each([
  ['NUL', 'a\0b', '', 'NUL'],
  ['a lone surrogate', { a: ['\ud83d'] }, '/a/0', 'surrogate'],
  ['a lone surrogate at the end of a pair', { a: '\ude00😀' }, '/a', 'surrogate'],
  ['NUL in a name', { a: { 'b\0': 1 } }, '/a', 'NUL'],
  ['infinity', { 'a/b~c': Infinity }, '/a~1b~0c', 'finite'],
  ['NaN', [NaN], '/0', 'finite'],
  ['a function', { a: () => 1 }, '/a', 'got function'],
  ['a bigint', { a: 1n }, '/a', 'got bigint'],
])('%s is refused, with its place', (_name, value, pointer, detail) => {
  const { faults } = copyJson(value)
  expect(faults).toEqual([{ pointer, detail: expect.stringContaining(detail) as string }])
})

test('nesting has an end, and so has a circle', () => {
  const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown
  expect(copyJson(nested(MAX_JSON_DEPTH)).faults).toEqual([])
  expect(copyJson(nested(MAX_JSON_DEPTH + 1)).faults).toHaveLength(1)
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  expect(copyJson(circle).faults).toHaveLength(1)
})
