import { groupSize, type Limit, SlidingWindow } from '@chapkit/core'
import { redisUrl } from '@chapkit/testing'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { ADMIT } from '../src/redis-script.ts'

/** The script, with the clock of the test instead of the server's. */
const WITH_CLOCK = ADMIT.replace("redis.call('TIME')", '{ ARGV[#ARGV - 1], ARGV[#ARGV] }')

interface Commands {
  admit(keys: number, ...rest: (string | number)[]): Promise<number[]>
}

/** Decides in Redis by the clock of the test, in milliseconds. */
function connect() {
  const { url, prefix } = redisUrl()
  const redis = new Redis(url, { scripts: { admit: { lua: WITH_CLOCK } } })
  onTestFinished(() => redis.disconnect())
  let nth = 0
  const admit = (names: readonly string[], limits: readonly Limit[], now: number) => {
    const numbers = limits.flatMap((limit) => [limit.count, limit.window * 1_000, groupSize(limit)])
    const clock = [Math.floor(now / 1_000), (now % 1_000) * 1_000]
    return (redis as unknown as Commands).admit(names.length, ...names, ...numbers, ...clock)
  }
  return { redis, admit, newName: () => `${prefix}{test}:${nth++}` }
}

/** The same in memory. */
function admitInMemory(windows: readonly SlidingWindow[], now: number): number[] {
  const isAdmitted = windows.every((window) => window.remaining(now) > 0)
  if (isAdmitted) for (const window of windows) window.add(now)
  const left = windows.flatMap((window) => [window.remaining(now), window.untilMore(now)])
  return [isAdmitted ? 1 : 0, ...left]
}

const limits = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 100, max: 600 })),
  window: fc.constantFrom(1_000, 10_000),
})

/** Milliseconds between two crowds, and how many come in each. */
const crowds = fc.array(
  fc.record({
    gap: fc.oneof(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.constantFrom(999, 1_000, 10_000),
    ),
    size: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 150 })),
  }),
  { minLength: 1, maxLength: 12 },
)

test('the script decides as the windows in memory do, whatever comes', async () => {
  const { admit, newName } = connect()
  await fc.assert(
    fc.asyncProperty(fc.array(limits, { minLength: 1, maxLength: 2 }), crowds, async (policies, arrivals) => {
      const names = policies.map(newName)
      const windows = policies.map((limit) => new SlidingWindow(limit))
      let now = 1_800_000_000_000
      const answers: Promise<number[]>[] = []
      const expected: number[][] = []
      for (const { gap, size } of arrivals) {
        now += gap
        for (let nth = 0; nth < size; nth++) {
          answers.push(admit(names, policies, now))
          expected.push(admitInMemory(windows, now))
        }
      }
      expect(await Promise.all(answers)).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

test('a clock that is set back does not admit more, and one that was wrong by far does not refuse for ever', async () => {
  const { admit, newName } = connect()
  const name = newName()
  const at = (now: number) => admit([name], [{ count: 2, window: 60_000 }], now)
  const start = 1_800_000_000_000
  expect(await at(start)).toEqual([1, 1, 60_000])
  expect(await at(start - 30_000)).toEqual([1, 0, 60_000])
  expect(await at(start - 59_000)).toEqual([0, 0, 60_000])
  expect(await at(start + 59_999)).toEqual([0, 0, 1])
  expect(await at(start + 60_000)).toEqual([1, 1, 60_000])
  expect(await at(start - 3_600_000)).toEqual([1, 1, 60_000])
})

test('a window is gone from Redis when it counts no more', async () => {
  const { redis, admit, newName } = connect()
  const [small, large] = [newName(), newName()]
  await admit(
    [small, large],
    [
      { count: 1, window: 1_000 },
      { count: 1_000, window: 60_000 },
    ],
    1_800_000_000_000,
  )
  const [first, second] = await Promise.all([redis.pttl(small), redis.pttl(large)])
  expect(first).toBeGreaterThan(1_000)
  expect(first).toBeLessThanOrEqual(2_000)
  expect(second).toBeGreaterThan(60_000 - 10_000)
  expect(second).toBeLessThanOrEqual(61_000)
})

test('a window of any limit takes at most 128 entries', async () => {
  const { redis, admit, newName } = connect()
  const name = newName()
  const limit = { count: 1_000, window: 60_000 }
  const all = Array.from({ length: 1_100 }, (_, nth) => admit([name], [limit], 1_800_000_000_000 + nth))
  const admitted = (await Promise.all(all)).filter(([isAdmitted]) => isAdmitted === 1)
  expect(admitted.length).toBe(1_000)
  expect(await redis.llen(name)).toBe(125)
})
