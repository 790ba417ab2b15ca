import { LoopDelay } from './loop-delay.ts'

/** Milliseconds between two ticks, and while a queue is shed: there each millisecond that is not seen is one that requests wait. */
const PAUSE = 20
const SHEDDING_PAUSE = 5

/**
 * Part of the limit by which each tick of a standing queue is late, and which requests may have waited while it is shed. That of
 * CoDel is a twentieth to a tenth of its interval.
 */
const TARGET = 0.1

/**
 * Milliseconds that it is at least. With less, a loop of handlers that compute for some milliseconds would serve one each turn and be
 * idle in between.
 */
const LEAST_TARGET = 10

/**
 * Milliseconds after a tick in which requests are served however late it was. A loop that has nothing to do but to refuse may be
 * late as well, and would else refuse all of them for ever.
 */
const GRACE = 1

/** Milliseconds without a refusal after which an overload is over. */
const CALM = 1_000

/**
 * When requests are refused. Not how long one waits tells that there are too many, for a burst makes requests wait and is gone,
 * but that the queue never empties (controlled delay, RFC 8289). So there are two thresholds:
 *
 * - What has waited for longer than the limit is refused at once.
 * - When the loop was late by a tenth of the limit at each tick, for as long as the limit, the queue is a standing one. From then
 *   on what has waited for longer than that tenth is refused, until none had to be for a second. One tick in time before that,
 *   and it was a burst.
 *
 * The limit is the interval, too, so that there is one number to choose: how long a burst may be. The interval of RFC 8289 is 100 ms,
 * which is for packets; some hundred requests at once, to a process that has just started, keep the loop late for half a second.
 *
 * All times are milliseconds of any clock.
 */
export class Overload {
  readonly #limit: number
  readonly #target: number
  readonly #delay = new LoopDelay()
  #lateSince = Infinity
  #isStanding = false
  #lastRefusal = -Infinity
  #refused = 0

  /** @param limit - 0 for none: nothing is refused. */
  constructor(limit: number) {
    this.#limit = limit || Infinity
    this.#target = Math.max(this.#limit * TARGET, LEAST_TARGET)
  }

  /** Milliseconds until the next tick. */
  get pause(): number {
    return this.#isStanding ? SHEDDING_PAUSE : PAUSE
  }

  start(now: number): void {
    this.#delay.start(now, this.pause)
  }

  /**
   * To be called after each pause.
   *
   * @returns How many were refused in the overload that has ended; 0 when none has.
   */
  tick(now: number): number {
    const isOver = now - this.#lastRefusal >= CALM
    if (isOver) this.#isStanding = false
    const late = this.#delay.tick(now, this.pause)
    this.#lateSince = late > this.#target ? Math.min(this.#lateSince, now) : Infinity
    if (!isOver) return 0
    const refused = this.#refused
    this.#refused = 0
    return refused
  }

  /** Milliseconds that a request which comes now has waited. */
  delay(now: number): number {
    return this.#delay.at(now)
  }

  /** Largest delay of the last seconds, in milliseconds. */
  largest(now: number): number {
    return this.#delay.largest(now)
  }

  /** Whether a request that comes now, having waited so long, is to be refused. */
  isTooLate(delay: number, now: number): boolean {
    if (delay > this.#limit) return true
    if (delay <= this.#target) return false
    if (now - this.#lateSince >= this.#limit) this.#isStanding = true
    return this.#isStanding && this.#delay.sinceTick(now) > GRACE
  }

  /**
   * Counts a refusal.
   *
   * @returns Whether it is the first of an overload.
   */
  refused(now: number): boolean {
    this.#lastRefusal = now
    this.#refused++
    return this.#refused === 1
  }
}
