import { clientNetwork, type Limit, LimitTable, Problem, type SlidingWindow } from '@chapkit/core'
import type { Client } from './known-key.ts'

/** Addresses that are kept at most: 10 MB when all of them are exhausted. */
const MAX_CLIENTS = 20_000

/** What is answered to an address that sent too many wrong keys. */
export interface Exhaustion {
  readonly problem: Problem
  /** Whom it counts for: an IPv4 address, or an IPv6 network. */
  readonly address: string
  /** Whether this is the first refusal of the address in a window: those that follow are not logged. */
  readonly isFirst: boolean
}

/**
 * How many wrong keys each address may send. It is looked at before a key is hashed, so that nobody makes the service work by
 * sending keys that he makes up; it does not keep out a right key, which others behind the same address may have.
 */
export class FailureBudget {
  readonly #limit: Limit
  readonly #clock: () => number
  readonly #table = new LimitTable(MAX_CLIENTS)
  readonly #told = new WeakMap<SlidingWindow, number>()
  /** Until when some address may be exhausted; 0 where none is. */
  #until = 0

  /** @param clock - Milliseconds, which never go back. */
  constructor(limit: Limit, clock: () => number = () => performance.now()) {
    this.#limit = limit
    this.#clock = clock
  }

  /** Whether the address sent as many wrong keys as it may. */
  isExhausted(client: Client): boolean {
    if (this.#until === 0) return false
    const now = this.#clock()
    if (now < this.#until) return this.#windowOf(clientNetwork(client.ip), now).remaining(now) === 0
    this.#until = 0
    return false
  }

  /** Counts a wrong key. */
  count(client: Client): void {
    const now = this.#clock()
    const window = this.#windowOf(clientNetwork(client.ip), now)
    if (window.remaining(now) > 0) window.add(now)
    if (window.remaining(now) === 0) this.#until = Math.max(this.#until, now + window.untilMore(now))
  }

  /** What to answer where it is exhausted. */
  exhaustionOf(client: Client): Exhaustion {
    const now = this.#clock()
    const address = clientNetwork(client.ip)
    const window = this.#windowOf(address, now)
    const told = this.#told.get(window)
    const isFirst = told === undefined || now - told >= this.#limit.window
    if (isFirst) this.#told.set(window, now)
    const seconds = Math.max(1, Math.ceil(window.untilMore(now) / 1_000))
    const problem = new Problem(
      'rate-limited',
      'Too many wrong API keys came from this address. Send a right one, or wait.',
      { headers: { 'retry-after': String(seconds) } },
    )
    return { problem, address, isFirst }
  }

  #windowOf(subject: string, now: number): SlidingWindow {
    return this.#table.windowOf(subject, this.#limit, now)
  }
}
