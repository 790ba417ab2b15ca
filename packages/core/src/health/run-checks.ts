import { type CheckRunner, SEVERITY } from './check-runner.ts'
import type { HealthCheckResult, HealthState } from './health-check.ts'

/** What `GET /health` answers. */
export type HealthReport =
  | { readonly status: 'healthy'; readonly checks?: undefined }
  | { readonly status: HealthState; readonly checks: Readonly<Record<string, HealthCheckResult>> }

/**
 * Runs all checks side by side. The worst state wins.
 *
 * @param redact - Takes secrets out of messages: what another service says may quote the key that it was sent.
 */
export async function runChecks(
  checks: ReadonlyMap<string, Pick<CheckRunner, 'run'>>,
  redact: (text: string) => string,
): Promise<HealthReport> {
  if (checks.size === 0) return { status: 'healthy' }
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      const { state, message } = await check.run()
      return [name, message === undefined ? { state } : { state, message: redact(message) }] as const
    }),
  )
  const worst = results.reduce<HealthState>(
    (state, [, result]) => (SEVERITY[result.state] > SEVERITY[state] ? result.state : state),
    'healthy',
  )
  return { status: worst, checks: Object.fromEntries(results) }
}
