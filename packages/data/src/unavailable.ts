import { Problem } from '@chapkit/core'

/** The database does not answer, or not now. What it said is for the log. */
export function unavailable(
  cause: unknown,
  detail = 'The database does not answer; try again later.',
): Problem {
  return new Problem('unavailable', detail, { headers: { 'retry-after': '1' }, cause })
}

/** The data is such that no column can hold it. */
export function unstorable(cause: unknown): Problem {
  return new Problem('validation-failed', 'The request has a value that the database cannot store.', {
    cause,
  })
}
