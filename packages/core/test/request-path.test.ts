import { expect, test } from 'vitest'
import { requestPath } from '@chapkit/core'
import { decodePercent, repairTarget, requestQuery } from '../src/requests/request-path.ts'

test.each([
  ['/a', '/a'],
  ['/a?b=c', '/a'],
  ['/a%20b%2Fc%C3%A9', '/a b/cé'],
  ['/a%0ab', '/ab'],
  ['/%zz', '/%zz'],
  ['/%ff', '/\ufffd'],
  ['http://x/health?a', '/health'],
  ['http://x', '/'],
  ['*', '*'],
  ['//health', '//health'],
  ['', '/'],
])('path of %s', (target, path) => {
  expect(requestPath(target)).toBe(path)
})

test.each([
  ['/a', null],
  ['/a?', null],
  ['/a?b=c&d', 'b=c&d'],
])('query of %s', (target, query) => {
  expect(requestQuery(target)).toBe(query)
})

test.each([
  ['/a?b', '/a?b'],
  ['/a%20b', '/a%20b'],
  ['/%zz', '/%25zz'],
  ['/%24schema', '/$schema'],
  ['/%', '/%25'],
  ['/%4', '/%254'],
  ['/%ff', '/%EF%BF%BD'],
  ['/%2F%ff', '/%2F%EF%BF%BD'],
  ['/%C3%A9/%ff', '/%C3%A9/%EF%BF%BD'],
])('%s is made routable', (target, repaired) => {
  expect(repairTarget({ url: target })).toBe(repaired)
  expect(() => decodeURIComponent(repaired)).not.toThrow()
})

test('percent-encoding is decoded as far as it can be', () => {
  expect(decodePercent('%41%zz%C3%A9')).toBe('A%zzé')
})
