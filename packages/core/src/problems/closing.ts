import { Problem } from './problem.ts'

/** A new request to a service that shuts down. Another replica may answer at once, so the wait is a second. */
export function closingProblem(): Problem {
  return new Problem('unavailable', 'The service is shutting down; try again.', {
    headers: { 'retry-after': '1', connection: 'close' },
  })
}
