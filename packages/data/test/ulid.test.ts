import { Problem } from '@chapkit/core'
import { createUlid, parseUlid } from '@chapkit/data'
import { expect, test } from 'vitest'

test('ids are ULIDs, each greater than the one before', () => {
  const ids = Array.from({ length: 5000 }, () => createUlid())
  expect(ids.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(['00000000000000000000000000', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '01J0000000000000000000AAAA'])(
  '%s is a ULID, in lower case as well',
  (id) => {
    expect(parseUlid(id)).toBe(id)
    expect(parseUlid(id.toLowerCase())).toBe(id)
  },
)

test.each([
  '',
  'x',
  '0000000000000000000000000',
  '000000000000000000000000000',
  '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  'UUUUUUUUUUUUUUUUUUUUUUUUUU',
  '01J0000000000000000000AAAI',
  '01J0000000000000000000AAA\n',
  '01J0000000000000000000AAAA\n',
  '01J0000000000000000000AAA\u212a',
])('%j is no ULID', (text) => {
  expect(() => parseUlid(text)).toThrow(new Problem('invalid-ulid', `Invalid ULID format: ${text}`))
})
