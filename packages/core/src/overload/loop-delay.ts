/** Milliseconds for which the largest delay is remembered, at least. */
const WINDOW = 5_000

/**
 * How late the event loop is: a timer ticks, and what is due has to wait until the loop comes to it. Whoever asks tells the time,
 * in milliseconds of any clock.
 */
export class LoopDelay {
  #ticked = -Infinity
  #due = Infinity
  #last = 0
  #largest = 0
  #largestBefore = 0
  #windowEnd = Infinity

  /** Begins to measure: what came before is no delay. */
  start(now: number, pause: number): void {
    this.#windowEnd = now + WINDOW
    this.#expect(now, pause)
  }

  /**
   * The timer ticks, and will once more after the pause.
   *
   * @returns How late it is.
   */
  tick(now: number, pause: number): number {
    this.#last = Math.max(now - this.#due, 0)
    this.#largest = Math.max(this.#largest, this.#last)
    if (now >= this.#windowEnd) {
      this.#largestBefore = this.#largest
      this.#largest = 0
      this.#windowEnd = now + WINDOW
    }
    this.#expect(now, pause)
    return this.#last
  }

  /**
   * How long a request that comes now has waited, as far as can be known. The tick that is due waits as long, for so long has
   * the loop been busy with what came before; and what is read right after the last one has waited as long as that. An average
   * of the past would notice too late, and would not see the end either.
   */
  at(now: number): number {
    return Math.max(now - this.#due, this.#last)
  }

  /** How long ago the last tick was. */
  sinceTick(now: number): number {
    return now - this.#ticked
  }

  /** Largest delay of the last seconds. */
  largest(now: number): number {
    return Math.max(this.#largest, this.#largestBefore, this.at(now))
  }

  #expect(now: number, pause: number): void {
    this.#ticked = now
    this.#due = now + pause
  }
}
