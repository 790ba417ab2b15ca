import { type Limit, LimitTable, type SlidingWindow } from '@chapkit/core'
import type { Quota, Verdict } from './limiter.ts'

/** What this limiter needs to know of a charge: also what goes from worker to primary. */
export interface WindowName {
  readonly id: string
  readonly policy: { readonly limit: Limit }
}

/** Counts in the memory of this process. */
export class MemoryLimiter {
  /** Apart, so that the one does not push out the other in the middle of a decision. */
  readonly #tables: readonly [LimitTable, LimitTable]

  constructor(maxSubjects: number) {
    this.#tables = [new LimitTable(maxSubjects), new LimitTable(maxSubjects)]
  }

  /** Windows that are kept. */
  get size(): number {
    return this.#tables[0].size + this.#tables[1].size
  }

  decide(charges: readonly WindowName[]): Verdict {
    const now = performance.now()
    const [first, second] = charges as readonly [WindowName, WindowName?]
    const window = this.#tables[0].windowOf(first.id, first.policy.limit, now)
    if (second === undefined) {
      // Nearly all requests have one limit: they make no lists that are thrown away.
      const isAdmitted = window.remaining(now) > 0
      if (isAdmitted) window.add(now)
      return { isAdmitted, quotas: [quotaOf(window, now)], isFallback: false }
    }
    const other = this.#tables[1].windowOf(second.id, second.policy.limit, now)
    const isAdmitted = window.remaining(now) > 0 && other.remaining(now) > 0
    if (isAdmitted) {
      window.add(now)
      other.add(now)
    }
    return { isAdmitted, quotas: [quotaOf(window, now), quotaOf(other, now)], isFallback: false }
  }
}

function quotaOf(window: SlidingWindow, now: number): Quota {
  return { remaining: window.remaining(now), untilMore: window.untilMore(now) }
}
