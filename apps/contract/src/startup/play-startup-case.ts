import type { Difference, Replay } from '../replay.ts'
import { saysTheSame } from './error-texts.ts'
import { fillFile } from './fill-file.ts'
import { runStart } from './run-start.ts'
import type { StartupCase, StartupExpectation } from './startup-case.ts'

/** Starts the service of a case in a process of its own, and gives what went otherwise than expected. */
export async function playStartupCase(
  { compare }: Pick<Replay, 'compare'>,
  startup: StartupCase,
): Promise<Difference[]> {
  const { outcome, log, file } = await runStart(startup)
  const expect = fillFile(startup.expect, file)
  const differences = compare(expect.starts, outcome.starts, 'starts', {})
  if (differences.length > 0) return differences.map((difference) => ({ ...difference, got: outcome }))
  if (!expect.starts) return compareError(expect, outcome.error)
  return [
    ...compare(expect.status_by_key ?? {}, outcome.statusByKey ?? {}, 'status_by_key', {}),
    ...compareLog(compare, expect.log ?? [], log),
  ]
}

function compareError({ error }: StartupExpectation, got = ''): Difference[] {
  if (error === undefined || saysTheSame(error, got)) return []
  return [{ path: 'error', expected: error, got }]
}

/** Looks for the events in this order; a line may have more members than the recorded one. */
function compareLog(
  compare: Replay['compare'],
  events: NonNullable<StartupExpectation['log']>,
  log: readonly object[],
): Difference[] {
  let from = 0
  for (const event of events) {
    const wanted = { $match: 'subset', value: event }
    const found = log.findIndex(
      (line, index) => index >= from && compare(wanted, line, 'log', {}).length === 0,
    )
    if (found < 0) return [{ path: 'log', expected: event, got: log.slice(from) }]
    from = found + 1
  }
  return []
}
