import type { WorkerHub, WorkerLink } from '@chapkit/core'
import { inTime } from './in-time.ts'
import type { Charge, Verdict } from './limiter.ts'
import { MemoryLimiter, type WindowName } from './memory-limiter.ts'
import type { SharedStore } from './shared-limiter.ts'

const TOPIC = 'rate-limit'

/** Lets the primary process count for all workers. Its memory is theirs. */
export function countInPrimary(hub: WorkerHub, maxSubjects: number): void {
  const limiter = new MemoryLimiter(maxSubjects)
  hub.answer(TOPIC, (windows) => limiter.decide(windows as WindowName[]))
}

/** Asks the primary process. The link sends the questions of one turn of the event loop together. */
export class WorkerStore implements SharedStore {
  readonly #link: WorkerLink
  readonly #timeout: number

  /** @param timeout - Milliseconds to wait for the answer. */
  constructor(link: WorkerLink, timeout: number) {
    this.#link = link
    this.#timeout = timeout
  }

  decide(charges: readonly Charge[]): Promise<Verdict> {
    const windows: WindowName[] = charges.map(({ id, policy: { limit } }) => ({ id, policy: { limit } }))
    const answer = this.#link.ask(TOPIC, windows) as Promise<Verdict>
    return inTime(answer, this.#timeout, `The primary process did not answer in ${this.#timeout} ms.`)
  }
}
