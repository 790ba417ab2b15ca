import type { HealthCheck, HealthCheckResult, HealthState, LimitedHealthCheck } from './health-check.ts'

/** Limits of a check. */
export interface CheckLimits {
  /** Milliseconds after which it is unhealthy. */
  readonly timeout: number
  /** Milliseconds for which what it found is told again. */
  readonly cache: number
}

/** From good to bad. */
export const SEVERITY: Readonly<Record<HealthState, number>> = { healthy: 0, degraded: 1, unhealthy: 2 }

/** Runs one check, at most once at a time: whoever asks while it runs gets the same answer. */
export class CheckRunner {
  readonly #check: HealthCheck
  readonly #limits: CheckLimits
  #running: Promise<HealthCheckResult> | undefined
  #last: HealthCheckResult | undefined
  #lastUntil = 0

  constructor(check: HealthCheck, limits: CheckLimits) {
    this.#check = check
    this.#limits = limits
  }

  /** What the check finds, or has found. */
  async run(): Promise<HealthCheckResult> {
    if (this.#last && performance.now() < this.#lastUntil) return this.#last
    this.#running ??= this.#runOnce()
    return this.#running
  }

  async #runOnce(): Promise<HealthCheckResult> {
    try {
      this.#last = await inTime(this.#check, this.#limits.timeout)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#last = { state: 'unhealthy', message: `Check failed: ${reason}` }
    }
    this.#lastUntil = performance.now() + this.#limits.cache
    this.#running = undefined
    return this.#last
  }
}

async function inTime(check: HealthCheck, timeout: number): Promise<HealthCheckResult> {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<HealthCheckResult>((resolve) => {
    // It keeps the process alive, for whoever waits for the answer.
    timer = setTimeout(() => {
      resolve({ state: 'unhealthy', message: `Check timed out after ${timeout} ms` })
      late.abort()
    }, timeout)
  })
  try {
    return checked(await Promise.race([check(late.signal), limit]))
  } finally {
    clearTimeout(timer)
  }
}

/** Without what a check in plain JavaScript may have returned beside, or instead. */
function checked({ state, message }: HealthCheckResult): HealthCheckResult {
  if (!Object.hasOwn(SEVERITY, state)) {
    return { state: 'unhealthy', message: `Check failed: '${String(state)}' is no state` }
  }
  return message === undefined ? { state } : { state, message: String(message) }
}

/** A runner for each check, with limits of its own or those of all. */
export function checkRunners(
  checks: ReadonlyMap<string, HealthCheck | LimitedHealthCheck>,
  limits: CheckLimits,
): ReadonlyMap<string, CheckRunner> {
  return new Map(
    [...checks].map(([name, given]) => {
      const { check, ...own } = typeof given === 'function' ? { check: given } : given
      return [name, new CheckRunner(check, { ...limits, ...own })]
    }),
  )
}
