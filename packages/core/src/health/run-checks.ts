import type { HealthCheck, HealthCheckResult, HealthState } from './health-check.ts'

/** What `GET /health` answers. */
export type HealthReport =
  | { readonly status: 'healthy'; readonly checks?: undefined }
  | { readonly status: HealthState; readonly checks: Readonly<Record<string, HealthCheckResult>> }

const SEVERITY: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 }

/**
 * Runs all checks side by side. The worst state wins; a check that throws is unhealthy.
 *
 * @param redact - Takes secrets out of messages: what another service says may quote the key that it was sent.
 */
export async function runChecks(
  checks: ReadonlyMap<string, HealthCheck>,
  redact: (text: string) => string,
): Promise<HealthReport> {
  if (checks.size === 0) return { status: 'healthy' }
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      const { state, message } = await runCheck(check)
      return [name, message === undefined ? { state } : { state, message: redact(message) }] as const
    }),
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
    return message === undefined ? { state } : { state, message: String(message) }
  } catch (error) {
    return {
      state: 'unhealthy',
      message: `Check failed: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
