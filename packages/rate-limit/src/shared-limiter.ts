import type { Charge, Limiter, Verdict } from './limiter.ts'
import type { MemoryLimiter } from './memory-limiter.ts'

/** Milliseconds between two looks whether the others can be reached again. */
const PROBE_INTERVAL = 500

/** One that decides for several processes, and may not be reached. */
export interface SharedStore {
  /** Rejects, within the time that the user allows, when there is no answer. */
  decide(charges: readonly Charge[]): Promise<Verdict>
}

/** Is told when the others are not reached any more, and when they are again. */
export interface OutageLog {
  lost(error: Error): void
  restored(): void
}

/**
 * Counts together with other processes. While the store is not reached, the process counts alone, and requests do not wait:
 * one probe at a time looks whether it is back.
 */
export class SharedLimiter implements Limiter {
  readonly #store: SharedStore
  readonly #alone: MemoryLimiter
  readonly #probe: Charge
  readonly #log: OutageLog
  #isLost = false
  #isProbing = false
  #lastProbe = -Infinity

  /** @param probe - What the probe charges: its window must not be one of a client. */
  constructor(store: SharedStore, alone: MemoryLimiter, probe: Charge, log: OutageLog) {
    this.#store = store
    this.#alone = alone
    this.#probe = probe
    this.#log = log
  }

  decide(charges: readonly Charge[]): Verdict | Promise<Verdict> {
    if (this.#isLost) {
      if (performance.now() - this.#lastProbe >= PROBE_INTERVAL) void this.probe()
      return this.#decideAlone(charges)
    }
    return this.#store.decide(charges).catch((error: Error) => {
      this.#lose(error)
      return this.#decideAlone(charges)
    })
  }

  /** Looks whether the store can be reached, and decides. Never rejects. */
  async probe(): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    this.#lastProbe = performance.now()
    try {
      await this.#store.decide([this.#probe])
      if (this.#isLost) this.#log.restored()
      this.#isLost = false
    } catch (error) {
      this.#lose(error as Error)
    }
    this.#isProbing = false
  }

  #lose(error: Error): void {
    if (!this.#isLost) this.#log.lost(error)
    this.#isLost = true
  }

  #decideAlone(charges: readonly Charge[]): Verdict {
    return { ...this.#alone.decide(charges), isFallback: true }
  }
}
