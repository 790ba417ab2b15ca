import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientNetwork, groupSize, type Limit, parseLimit, SlidingWindow } from '@chapkit/core'

describe('parseLimit()', () => {
  test.each([
    ['100/m', 100, 60_000],
    ['5/s', 5, 1_000],
    ['10000/h', 10_000, 3_600_000],
    ['1/d', 1, 86_400_000],
    ['30/10s', 30, 10_000],
    ['1000000000/366d', 1_000_000_000, 366 * 86_400_000],
  ])('%s', (text, count, window) => {
    expect(parseLimit(text)).toEqual({ count, window })
  })

  const WRONG = [
    '',
    '100',
    '100/',
    '/m',
    '0/m',
    '5/0s',
    '-1/m',
    '1.5/s',
    '1/ms',
    '1/M',
    ' 1/m',
    '1/m\n',
    '1/w',
  ]
  test.each([...WRONG, '1000000001/m', '99999999999/s', '1/367d', '1/999999999s'])('refuses %j', (text) => {
    expect(() => parseLimit(text, "withX(): option 'limit'")).toThrow(
      expect.objectContaining({
        code: 'CHAPKIT_ERR_INVALID_OPTION',
        message:
          "withX(): option 'limit' must be a number of requests (1 to 1000000000), a slash and a time of at most 366 days, " +
          `such as '100/m', '5/s', '30/10s' or '1/d' (got '${text}')`,
      }),
    )
  })

  test('names itself where nobody else does', () => {
    expect(() => parseLimit('x')).toThrow(/^A rate limit must be /)
  })
})

/** What a limiter must do, found without its shortcuts: every admission is kept. */
class ExactLog {
  readonly admitted: number[] = []
  #first = 0

  /** Admissions in the window of this length that ends now; an admission leaves it when it is as old as the window. */
  within(now: number, window: number): number {
    while ((this.admitted[this.#first] ?? Infinity) <= now - window) this.#first++
    return this.admitted.length - this.#first
  }
}

/** Sends requests at these times, checks both bounds at each of them, and tells the times at which one was broken. */
function play(limit: Limit, arrivals: Iterable<number>) {
  const window = new SlidingWindow(limit)
  const log = new ExactLog()
  const broken: number[] = []
  let refused = 0
  for (const now of arrivals) {
    const within = log.within(now, limit.window)
    const remaining = window.remaining(now)
    // Never more than the limit: a window that ends between two arrivals has no more than the one that ends at the first.
    let isRight = within + remaining <= limit.count
    if (remaining > 0) {
      window.add(now)
      log.admitted.push(now)
    } else {
      refused++
      // At most 1 % fewer: whoever is refused has at least 99 % of the limit in the window behind it.
      isRight &&= within >= 0.99 * limit.count && within > limit.count - groupSize(limit)
      const wait = window.untilMore(now)
      isRight &&= wait > 0 && wait <= limit.window
    }
    if (!isRight) broken.push(now)
  }
  return { admitted: log.admitted.length, refused, broken }
}

const limits = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 1_500 })),
  window: fc.constantFrom(1_000, 60_000),
})

/** Gaps between arrivals, in parts of the window: none at all, tiny ones, and such that just reach or just miss its edge. */
const gaps = (parts: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.double({ min: 0, max: 2 / parts, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(0.5, 1 - 2 ** -20, 1, 1 + 2 ** -20, 3) },
  )

describe('a window of any position', () => {
  test('has never more than the limit, and a refusal sees at least 99 % of it: any arrivals', () => {
    const cases = limits.chain((limit) =>
      fc.tuple(fc.constant(limit), fc.array(gaps(limit.count), { minLength: 1, maxLength: 300 })),
    )
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1e12, noNaN: true }), ([limit, parts], start) => {
        let now = start
        const arrivals = parts.flatMap((part) => {
          now += part * limit.window
          // Crowds that come at one moment.
          return Array.from({ length: part > 0.4 ? limit.count + 1 : 1 }, () => now)
        })
        expect(play(limit, arrivals).broken).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test.each([1, 2, 3, 10, 100, 127, 128, 129, 255, 256, 257, 1_000, 1_279, 1_281, 12_801])(
    'limit %i: bursts at the edges of windows, and steady crowds',
    (count) => {
      const limit = { count, window: 1_000 }
      const crowd = (now: number, size: number) => Array.from({ length: size }, () => now)
      // Twice around an edge, where a fixed window admits double.
      const edge = [999, 1_000, 1_001, 1_999, 2_000, 2_001].flatMap((now) => crowd(now, count))
      expect(play(limit, edge)).toEqual({ admitted: 2 * count, refused: 4 * count, broken: [] })
      // Three times what is allowed, evenly, for five windows.
      const steady = Array.from({ length: 15 * count }, (_, nth) => (nth * limit.window) / (3 * count))
      const { admitted, broken } = play(limit, steady)
      expect(broken).toEqual([])
      expect(admitted).toBeGreaterThanOrEqual(Math.ceil(0.99 * 5 * count))
      expect(admitted).toBeLessThanOrEqual(5 * count)
    },
  )

  test('up to 128 it is exact: a request is refused only with the whole limit behind it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 500 }),
        (count, steps) => {
          const window = new SlidingWindow({ count, window: 1_000 })
          const log = new ExactLog()
          let now = 0
          for (const step of steps) {
            now += step
            expect(window.remaining(now)).toBe(count - log.within(now, 1_000))
            if (window.remaining(now) === 0) continue
            window.add(now)
            log.admitted.push(now)
          }
        },
      ),
    )
  })
})

test('there is more again when it was said, and not before', () => {
  const window = new SlidingWindow({ count: 2, window: 1_000 })
  expect(window.untilMore(5)).toBe(0)
  window.add(10)
  window.add(400)
  expect(window.remaining(410)).toBe(0)
  expect(window.untilMore(410)).toBe(600)
  expect(window.remaining(1_009.999)).toBe(0)
  expect(window.remaining(1_010)).toBe(1)
  expect(window.untilMore(1_010)).toBe(390)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:0DB8:0000:0001::', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::4:5:6:7:8', '2001:db8:0:4::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
  ['64:ff9b:1:2:3:4:192.0.2.7', '64:ff9b:1:2::/64'],
  ['', 'unknown'],
  [undefined, 'unknown'],
  ['client.example.org', 'unknown'],
  ['2001:db8::1, x', 'unknown'],
])('the address %j counts for %j', (address, network) => {
  expect(clientNetwork(address)).toBe(network)
})
