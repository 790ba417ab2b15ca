/** State of a check, and of the service: the worst of its checks. */
export type HealthState = 'healthy' | 'degraded' | 'unhealthy'

/** What a health check found. */
export interface HealthCheckResult {
  readonly state: HealthState
  /** What is wrong, for people. */
  readonly message?: string
}

/** Looks at one thing that the service needs. Throwing, or rejecting, means unhealthy. */
export type HealthCheck = () => HealthCheckResult | Promise<HealthCheckResult>
