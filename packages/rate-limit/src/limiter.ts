import type { Policy } from './policy.ts'

/** What a request takes of a limit: one admission of a subject. */
export interface Charge {
  /** Names subject and policy together. The subject stands in braces, so that Redis Cluster keeps its limits in one place. */
  readonly id: string
  readonly policy: Policy
}

/** What there is left of a limit. */
export interface Quota {
  /** Requests that would be admitted now. */
  readonly remaining: number
  /** Milliseconds until there are more. */
  readonly untilMore: number
}

/** Whether a request is admitted, and what there is left then of each limit, in the order of its charges. */
export interface Verdict {
  readonly isAdmitted: boolean
  readonly quotas: readonly Quota[]
  /** Whether the process decided alone what all were to decide together. */
  readonly isFallback: boolean
}

/**
 * Decides whether a request is admitted. All its limits must have room, and then each is charged; or none is, so that a request
 * that one limit refuses uses up nothing of the other.
 */
export interface Limiter {
  /** @param charges - That of the default policy, and where the route has a limit, that one. */
  decide(charges: readonly Charge[]): Verdict | Promise<Verdict>
}
