import { isoTime } from '@chapkit/data'
import { expect, test } from 'vitest'

test.each([
  ['the epoch', 0],
  ['before it', -1],
  ['long before it', Date.UTC(-1, 5, 6, 7, 8, 9, 10)],
  ['a leap day', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
  ['the next day', Date.UTC(2024, 2, 1)],
  ['the same day', Date.UTC(2024, 2, 1, 9, 8, 7, 6)],
  ['the year 10000', Date.UTC(10_000, 0, 1, 12)],
])('%s is written as toISOString() does', (_what, ms) => {
  expect(isoTime(new Date(ms))).toBe(new Date(ms).toISOString())
})

test('what is no time is refused', () => {
  expect(() => isoTime(new Date(Number.NaN))).toThrow(RangeError)
})
