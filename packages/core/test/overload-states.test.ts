import { describe, expect, test } from 'vitest'
import { Overload } from '../src/overload/overload.ts'

/** A clock of ours, and an event loop that is busy for as long as it is told. */
class Loop {
  readonly overload: Overload
  now = 1_000
  #due: number

  constructor(limit: number) {
    this.overload = new Overload(limit)
    this.overload.start(this.now)
    this.#due = this.now + this.overload.pause
  }

  /** The loop comes to a request. Tells whether it is refused. */
  request(): boolean {
    const delay = this.overload.delay(this.now)
    const isRefused = this.overload.isTooLate(delay, this.now)
    if (isRefused) this.overload.refused(this.now)
    return isRefused
  }

  /** Requests that are each served for so long, or refused at once. Tells how many are refused. */
  requests(count: number, each: number): number {
    let refused = 0
    for (let i = 0; i < count; i++) {
      if (this.request()) refused++
      else this.now += each
    }
    return refused
  }

  /** One turn of the loop: its timer ticks if it is due. */
  turn(): number {
    if (this.now < this.#due) return 0
    const ended = this.overload.tick(this.now)
    this.#due = this.now + this.overload.pause
    return ended
  }

  /** Has nothing to do for so long. Gives what its ticks gave, but for zeros. */
  idle(milliseconds: number): number[] {
    const ended = []
    for (const end = this.now + milliseconds; this.now < end;) {
      this.now = Math.max(this.now, this.#due)
      ended.push(this.turn())
    }
    return ended.filter((count) => count > 0)
  }

  /** Until its limit of 100 ms has been passed by ticks that are all late. Tells how many are refused. */
  stand(): number {
    let refused = 0
    for (const end = this.now + 250; this.now < end; this.turn()) {
      refused += this.requests(10, 5)
      this.now = Math.max(this.now, this.#due)
    }
    return refused
  }
}

test('a burst makes one tick late, and is served', () => {
  const loop = new Loop(1_000)
  expect(loop.requests(100, 5)).toBe(0)
  loop.turn()
  expect(loop.overload.largest(loop.now)).toBe(480)
  expect(loop.requests(10, 5)).toBe(0)
  expect(loop.idle(10_000)).toEqual([])
})

test('bursts with a tick in time between them are served, however many', () => {
  const loop = new Loop(1_000)
  for (let i = 0; i < 20; i++) {
    expect(loop.requests(190, 5)).toBe(0)
    loop.turn()
    loop.idle(20)
  }
})

test('requests that need less than the loop has are served for ever', () => {
  const loop = new Loop(1_000)
  // Each turn is 100 ms long, and its tick 80 ms late: not by a tenth of the limit.
  for (let i = 0; i < 100; i++, loop.turn()) expect(loop.requests(20, 5)).toBe(0)
})

test('what has waited for longer than the limit is refused at once', () => {
  const loop = new Loop(1_000)
  expect(loop.requests(300, 5)).toBe(300 - 205)
  loop.turn()
  // All that is read right after a late tick has waited as long.
  expect(loop.request()).toBe(true)
  loop.idle(20)
  expect(loop.request()).toBe(false)
})

describe('a queue that stands for as long as the limit', () => {
  test('is shed: what has waited for longer than a tenth of the limit is refused', () => {
    const loop = new Loop(100)
    let refused = 0
    while (refused === 0) {
      refused = loop.requests(10, 5)
      loop.turn()
    }
    // The first late tick came after 50 ms, and two turns later the limit has passed: one is served, and all others of its turn refused.
    expect([loop.now, refused]).toEqual([1_000 + 50 + 100 + 5, 9])
    loop.idle(20)
    expect(loop.overload.pause).toBe(5)
    // At 0, 5 and 10 ms after the tick, and at 15, when what is due is late by 10.
    expect(loop.requests(30, 5)).toBe(26)
  })

  test('is served a little each turn, even if the loop is late from refusals alone', () => {
    const loop = new Loop(100)
    loop.stand()
    for (let i = 0; i < 10; i++) {
      expect(loop.request()).toBe(false)
      loop.now += 2
      expect(loop.request()).toBe(true)
      loop.now += 30
      loop.turn()
    }
  })

  test('is over once none had to be refused for a second', () => {
    const loop = new Loop(100)
    const refused = loop.stand()
    expect(refused).toBeGreaterThan(0)
    expect(loop.idle(900)).toEqual([])
    const more = loop.requests(30, 5)
    expect(more).toBeGreaterThan(20)
    expect(loop.idle(900)).toEqual([])
    expect(loop.overload.pause).toBe(5)
    expect(loop.idle(200)).toEqual([refused + more])
    expect(loop.overload.pause).toBe(20)
    expect(loop.requests(20, 5)).toBe(0)
    loop.turn()
    expect(loop.idle(5_000)).toEqual([])
  })

  test('and nothing to refuse is no overload', () => {
    const loop = new Loop(100)
    for (let i = 0; i < 20; i++, loop.turn()) loop.now += 50
    expect(loop.overload.pause).toBe(20)
    expect(loop.request()).toBe(false)
  })
})

test('only the first refusal of an overload is the first', () => {
  const { overload } = new Loop(1_000)
  expect([overload.refused(2_000), overload.refused(2_001)]).toEqual([true, false])
  expect([overload.tick(2_500), overload.tick(3_001), overload.tick(3_020)]).toEqual([0, 2, 0])
  expect(overload.refused(4_000)).toBe(true)
})

test('0 turns all of it off', () => {
  const loop = new Loop(0)
  for (let i = 0; i < 20; i++, loop.turn()) expect(loop.requests(1_000, 5)).toBe(0)
  expect(loop.overload.pause).toBe(20)
  expect(loop.overload.largest(loop.now)).toBeGreaterThan(4_000)
})

test('a limit below the least target holds, too', () => {
  const loop = new Loop(5)
  loop.now += 24
  expect(loop.request()).toBe(false)
  loop.now += 2
  expect(loop.request()).toBe(true)
})

test('before it listens, a service is not late', () => {
  const overload = new Overload(1_000)
  expect(overload.largest(1_000_000)).toBe(0)
  expect(overload.isTooLate(overload.delay(1_000_000), 1_000_000)).toBe(false)
})
