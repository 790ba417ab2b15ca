import type { Limit } from './limit.ts'

/** A limit of more keeps the times of groups of admissions. So a refusal comes at most 1/128 of the limit too early. */
const MAX_SLOTS = 128

/** How many admissions of a limit share one slot. */
export function groupSize({ count }: Limit): number {
  return Math.ceil(count / MAX_SLOTS)
}

const NONE = new Float64Array(0)

/**
 * Admissions of one subject in the window that ends now: a cell of the generic cell rate algorithm for each, as one cell would
 * admit a burst and the full rate beside it, twice the limit. They are a ring of times, so that a question is O(1), amortised.
 *
 * A limit of over 128 counts in groups of n = ceil(limit / 128), and keeps the time of each group's last admission. No
 * admission is forgotten before it has left the window, so there are never more than the limit; and when a request is
 * refused, at most n - 1 admissions that still count have left it, those of the oldest group: less than 1 % of the limit.
 *
 * Times are milliseconds of a clock that never goes back.
 */
export class SlidingWindow {
  readonly limit: Limit
  readonly #groupSize: number
  /** Grows as it fills: most subjects are far below their limit. */
  #times = NONE
  #oldest = 0
  #groups = 0
  /** Admissions that count. All groups but the newest are full. */
  #used = 0

  constructor(limit: Limit) {
    this.limit = limit
    this.#groupSize = groupSize(limit)
  }

  /** How many requests would be admitted now. */
  remaining(now: number): number {
    const edge = now - this.limit.window
    while (this.#groups > 0 && (this.#times[this.#oldest] as number) <= edge) this.#forgetOldest()
    return this.limit.count - this.#used
  }

  /** Counts an admission. Ask {@link remaining} at the same time before. */
  add(now: number): void {
    if (this.#used === this.#groups * this.#groupSize) this.#openGroup()
    this.#times[this.#slot(this.#groups - 1)] = now
    this.#used++
  }

  /** Milliseconds until {@link remaining} will be more than it is now; 0 when nothing counts. */
  untilMore(now: number): number {
    return this.#groups === 0 ? 0 : (this.#times[this.#oldest] as number) - (now - this.limit.window)
  }

  #forgetOldest(): void {
    this.#used -= Math.min(this.#used, this.#groupSize)
    this.#oldest = this.#slot(1)
    this.#groups--
  }

  #openGroup(): void {
    if (this.#groups === this.#times.length) this.#grow()
    this.#groups++
  }

  #grow(): void {
    const most = Math.ceil(this.limit.count / this.#groupSize)
    const grown = new Float64Array(Math.min(Math.max(4, this.#groups * 2), most))
    for (let nth = 0; nth < this.#groups; nth++) grown[nth] = this.#times[this.#slot(nth)] as number
    this.#times = grown
    this.#oldest = 0
  }

  /** Where the nth group from the oldest is. */
  #slot(nth: number): number {
    const slot = this.#oldest + nth
    return slot < this.#times.length ? slot : slot - this.#times.length
  }
}
