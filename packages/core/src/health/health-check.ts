/** State of a check, and of the service: the worst of its checks. */
export type HealthState = 'healthy' | 'degraded' | 'unhealthy'

/** What a health check found. */
export interface HealthCheckResult {
  readonly state: HealthState
  /** What is wrong, for people. */
  readonly message?: string
}

/**
 * Looks at one thing that the service needs. Throwing, or rejecting, means unhealthy.
 *
 * @param signal - Aborts when the check has taken too long, and nobody waits for it any more.
 */
export type HealthCheck = (signal: AbortSignal) => HealthCheckResult | Promise<HealthCheckResult>

/** A check that has limits of its own. */
export interface LimitedHealthCheck {
  readonly check: HealthCheck
  /** Milliseconds after which it is unhealthy. Default: the `timeout` of `withHealth()`. */
  readonly timeout?: number
  /** Milliseconds for which what it found is told again. Default: the `cache` of `withHealth()`. */
  readonly cache?: number
}
