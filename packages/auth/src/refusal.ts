import type { LogEvent, Problem } from '@chapkit/core'

/** Why a request is not let in: what to log, and what to answer. */
export class Refusal {
  /** Undefined where it is not logged, since one like it was. */
  readonly event: LogEvent | undefined
  readonly problem: Problem

  constructor(event: LogEvent | undefined, problem: Problem) {
    this.event = event
    this.problem = problem
  }
}
