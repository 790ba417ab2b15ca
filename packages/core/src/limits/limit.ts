import { InvalidOptionError } from '../errors.ts'

/** How many requests are admitted in any window of a length. */
export interface Limit {
  /** Requests, at least 1. */
  readonly count: number
  /** Length of the window in milliseconds: whole seconds, at least one. */
  readonly window: number
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 }

const MAX_COUNT = 1_000_000_000
const MAX_SECONDS = 366 * SECONDS.d

/**
 * Reads a limit such as `100/m`, `5/s`, `10000/h`, `1/d` or `30/10s`: requests, a slash, and the length of the window, which
 * is a unit (`s`, `m`, `h`, `d`) with or without a number.
 *
 * @param what - What the text is, for the error text: `withRateLimit(): option 'limit'`.
 * @throws CHAPKIT_ERR_INVALID_OPTION (a TypeError) for another text, and for limits above 1,000,000,000 requests or 366 days.
 */
export function parseLimit(text: string, what = 'A rate limit'): Limit {
  const [, count = '', length = '1', unit] = /^(\d{1,10})\/(\d{1,8})?([smhd])$/.exec(text) ?? []
  const seconds = Number(length) * SECONDS[unit as keyof typeof SECONDS]
  // Without a unit it is not a number.
  if (Number(count) >= 1 && Number(count) <= MAX_COUNT && seconds >= 1 && seconds <= MAX_SECONDS) {
    return Object.freeze({ count: Number(count), window: seconds * 1_000 })
  }
  throw new InvalidOptionError(
    `${what} must be a number of requests (1 to 1000000000), a slash and a time of at most 366 days, ` +
      `such as '100/m', '5/s', '30/10s' or '1/d' (got '${text}')`,
  )
}
