import { Type } from 'typebox'
import { checkedOption, parseOptions, pathOption } from '../parse-options.ts'
import { InvalidOptionError } from '../errors.ts'
import type { HealthCheck, LimitedHealthCheck } from './health-check.ts'

/** Options of `withHealth()`. */
export interface HealthOptions {
  /** Path of the report. Default: `/health`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['Observability']`. */
  readonly tags?: readonly string[]
  /** Checks of the service's own, by name (letters, digits, `_` and `-`). Default: none. */
  readonly checks?: Readonly<Record<string, HealthCheck | LimitedHealthCheck>>
  /** Milliseconds after which a check is unhealthy. Default: 5,000. */
  readonly timeout?: number
  /**
   * Milliseconds for which what a check found is told again, so that many probes cost no more than one. Default: 0. Whoever asks
   * while a check runs gets its answer in any case.
   */
  readonly cache?: number
  /** Whether the database, where there is one, is checked, too. Default: true. */
  readonly includeDatabaseCheck?: boolean
}

/** Milliseconds. */
const LONGEST_CHECK = 600_000

/** Milliseconds. */
const LONGEST_CACHE = 3_600_000

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/health' }),
    tags: Type.Array(Type.String(), { default: ['Observability'] }),
    checks: checkedOption<Readonly<Record<string, HealthCheck | LimitedHealthCheck>>>(
      (value) => typeof value === 'object' && value !== null && Object.values(value).every(isCheck),
      'an object of functions by name, or of { check, timeout, cache }',
      {},
    ),
    timeout: Type.Integer({ minimum: 1, maximum: LONGEST_CHECK, default: 5_000 }),
    cache: Type.Integer({ minimum: 0, maximum: LONGEST_CACHE, default: 0 }),
    includeDatabaseCheck: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
)

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option, or a name of a check, that is not valid. */
export function parseHealthOptions(options: HealthOptions) {
  const parsed = parseOptions(Options, options, 'withHealth()')
  for (const name of Object.keys(parsed.checks)) {
    if (/^[\w-]+$/.test(name)) continue
    throw new InvalidOptionError(
      `withHealth(): Health check name '${name}' contains invalid characters. Only letters, digits, underscores and hyphens are allowed.`,
    )
  }
  return parsed
}

function isCheck(value: unknown): boolean {
  if (typeof value === 'function') return true
  const { check, timeout = 1, cache = 0, ...rest } = (value ?? {}) as Record<string, unknown>
  return (
    typeof check === 'function' &&
    isWithin(timeout, 1, LONGEST_CHECK) &&
    isWithin(cache, 0, LONGEST_CACHE) &&
    Object.keys(rest).length === 0
  )
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}
