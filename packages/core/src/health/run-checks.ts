import type { HealthCheck, HealthCheckResult, HealthState } from './health-check.ts'

/** What `GET /health` answers. */
export type HealthReport =
  | { readonly status: 'healthy'; readonly checks?: undefined }
  | { readonly status: HealthState; readonly checks: Readonly<Record<string, HealthCheckResult>> }

const SEVERITY: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 }

/** Runs all checks side by side. The worst state wins; a check that throws is unhealthy. */
export async function runChecks(checks: ReadonlyMap<string, HealthCheck>): Promise<HealthReport> {
  if (checks.size === 0) return { status: 'healthy' }
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
  )
  const worst = results.reduce<HealthState>(
    (state, [, result]) => (SEVERITY[result.state] > SEVERITY[state] ? result.state : state),
    'healthy',
  )
  return { status: worst, checks: Object.fromEntries(results) }
}

async function runCheck(check: HealthCheck): Promise<HealthCheckResult> {
  try {
    const { state, message } = await check()
    if (!Object.hasOwn(SEVERITY, state)) {
      return { state: 'unhealthy', message: `Check failed: '${String(state)}' is no state` }
    }
    return message === undefined ? { state } : { state, message }
  } catch (error) {
    return {
      state: 'unhealthy',
      message: `Check failed: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
