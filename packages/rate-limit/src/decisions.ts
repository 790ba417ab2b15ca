import type { MetricFamily, MetricSample } from '@chapkit/core'
import type { Charge, Verdict } from './limiter.ts'
import type { Scope } from './policy.ts'

interface Counts {
  allowed: number
  limited: number
  fallback: number
}

/** Counts what was decided. */
export class Decisions {
  readonly #counts: Readonly<Record<Scope, Counts>> = { service: none(), key: none(), route: none() }

  /** A request that is refused is counted for the limits that refuse it; one that is admitted for all its limits. */
  count(charges: readonly Charge[], { isAdmitted, quotas, isFallback }: Verdict): void {
    for (let at = 0; at < charges.length; at++) {
      const { policy } = charges[at] as Charge
      if (!isAdmitted && quotas[at]?.remaining !== 0) continue
      const counts = this.#counts[policy.scope]
      counts[isAdmitted ? 'allowed' : 'limited']++
      if (isFallback) counts.fallback++
    }
  }

  /** For `withMonitoring()`. */
  family(): MetricFamily {
    return {
      name: 'chapkit_rate_limit_decisions_total',
      help:
        'Decisions of rate limits, by whose limit it was. Those that a process made alone, since it did not reach the others, ' +
        'are counted once more as fallback.',
      type: 'counter',
      collect: () => this.#samples(),
    }
  }

  *#samples(): Iterable<MetricSample> {
    for (const [scope, counts] of Object.entries(this.#counts)) {
      for (const [decision, value] of Object.entries(counts)) yield { labels: { decision, scope }, value }
    }
  }
}

function none(): Counts {
  return { allowed: 0, limited: 0, fallback: 0 }
}
