import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LimitTable, SlidingWindow } from '@chapkit/core'

const LIMIT = { count: 3, window: 60_000 }

function admit(table: LimitTable, subject: string, now: number, limit = LIMIT): boolean {
  const window = table.windowOf(subject, limit, now)
  if (window.remaining(now) === 0) return false
  window.add(now)
  return true
}

function exhaust(table: LimitTable, subject: string, now: number, limit = LIMIT): void {
  while (admit(table, subject, now, limit));
}

describe('a table of limits', () => {
  test('each subject has a window of its own', () => {
    const table = new LimitTable()
    expect(['a', 'a', 'b', 'a', 'a', 'b'].map((subject) => admit(table, subject, 0))).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
    ])
    expect(table.size).toBe(2)
    expect(table.find('a')?.remaining(0)).toBe(0)
    expect(table.find('c')).toBeUndefined()
    expect(table.size).toBe(2)
  })

  test('200,000 other subjects do not make it forget one that is exhausted, and it stays as large as it may be', () => {
    const table = new LimitTable(1_000)
    exhaust(table, 'exhausted', 0)
    let admitted = 0
    let largest = 0
    for (let nth = 0; nth < 200_000; nth++) {
      const now = (nth / 200_000) * 59_000
      if (admit(table, `random-${(nth * 7_919) % 200_000}`, now)) admitted++
      largest = Math.max(largest, table.size)
    }
    expect({ admitted, largest }).toEqual({ admitted: 200_000, largest: 1_000 })
    expect(table.size).toBe(1_000)
    expect(admit(table, 'exhausted', 59_999)).toBe(false)
    expect(admit(table, 'exhausted', 60_000)).toBe(true)
  })

  test('nor does it forget one that is not used meanwhile, or is asked for only by find()', () => {
    const table = new LimitTable(2)
    exhaust(table, 'exhausted', 0)
    for (let nth = 0; nth < 1_000; nth++) admit(table, `random-${nth}`, 1)
    expect(table.find('exhausted')?.remaining(59_999)).toBe(0)
    expect(table.size).toBe(2)
  })

  test('the one that was used least recently makes room', () => {
    const table = new LimitTable(3)
    for (const subject of ['a', 'b', 'c', 'a', 'd']) admit(table, subject, 0)
    expect(['a', 'b', 'c', 'd'].map((subject) => table.find(subject)?.remaining(0))).toEqual([
      1,
      undefined,
      2,
      2,
    ])
  })

  test('where all are exhausted, new subjects share one window for each limit', () => {
    const table = new LimitTable(2)
    exhaust(table, 'a', 0)
    exhaust(table, 'b', 0)
    expect(['c', 'd', 'e', 'f'].map((subject) => admit(table, subject, 0))).toEqual([true, true, true, false])
    expect(admit(table, 'f', 0, { count: 1, window: 1_000 })).toBe(true)
    expect(table.size).toBe(2)
    expect(table.find('a')?.remaining(0)).toBe(0)
    expect(table.find('b')?.remaining(0)).toBe(0)
  })

  test('one that was exhausted makes room when it is not any more, although it was not used', () => {
    const table = new LimitTable(2)
    const slow = { count: 2, window: 60_000 }
    for (const [subject, start] of [
      ['a', 0],
      ['b', 0],
    ] as const) {
      admit(table, subject, start, slow)
      admit(table, subject, start + 30_000, slow)
    }
    // Both are exhausted, and leave the order of use.
    admit(table, 'c', 30_000, slow)
    expect(table.find('c')).toBeUndefined()
    // At 60 s each has one admission left, so none is idle.
    admit(table, 'd', 60_000, slow)
    expect(table.find('d')?.remaining(60_000)).toBe(1)
    expect(table.size).toBe(2)
  })

  test('one that was exhausted and is used again takes its place in the order of use', () => {
    const table = new LimitTable(2)
    exhaust(table, 'a', 0)
    exhaust(table, 'b', 30_000)
    admit(table, 'shared', 30_000)
    expect(admit(table, 'a', 60_000)).toBe(true)
    // 'a' is the only one that is not exhausted.
    admit(table, 'c', 60_000)
    expect(table.find('a')).toBeUndefined()
    expect(table.find('b')?.remaining(60_000)).toBe(0)
    expect(table.find('c')?.remaining(60_000)).toBe(2)
  })

  test('subjects go when their admissions have left the window, exhausted or not, without a timer', () => {
    const table = new LimitTable(1_000)
    for (let nth = 0; nth < 500; nth++) exhaust(table, `exhausted-${nth}`, 0)
    for (let nth = 0; nth < 400; nth++) admit(table, `little-${nth}`, 0)
    // A day is longer than a minute: it holds up nobody behind it.
    admit(table, 'long', 0, { count: 3, window: 86_400_000 })
    for (let nth = 0; nth < 600; nth++) admit(table, `later-${nth}`, 60_000)
    expect(table.size).toBe(601)
    expect(table.find('long')?.remaining(60_000)).toBe(2)
  })

  test('whatever comes, it keeps its size, and an exhausted subject is refused until there is room in its window', () => {
    const subjects = fc.integer({ min: 0, max: 40 })
    const requests = fc.array(fc.tuple(subjects, fc.integer({ min: 0, max: 4_000 })), { maxLength: 600 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), requests, (size, arrivals) => {
        const table = new LimitTable(size)
        const exhausted = new Map<string, SlidingWindow>()
        let now = 0
        for (const [nth, gap] of arrivals) {
          now += gap
          const subject = `subject-${nth}`
          for (const [name, window] of exhausted) if (window.remaining(now) > 0) exhausted.delete(name)
          const wasExhausted = exhausted.has(subject)
          expect([...exhausted].filter(([name, window]) => table.find(name) !== window)).toEqual([])
          const isAdmitted = admit(table, subject, now)
          expect(wasExhausted && isAdmitted).toBe(false)
          expect(table.size).toBeLessThanOrEqual(size)
          const window = table.find(subject)
          if (window?.remaining(now) === 0) exhausted.set(subject, window)
        }
      }),
    )
  })
})
