import { type Contradiction, contradictions, notDue } from './lists.ts'
import type { Verdict } from './verdict.ts'

/** What went otherwise than expected, in lines; none when a case passed. */
export type Findings = readonly string[]

/**
 * Plays a case and judges it. A listed case must fail as it was recorded, or the list is not true; one that
 * contradicts must then pass as amended.
 *
 * @param play - Plays the case as it was recorded, or with the change that the list has for it.
 */
export async function judge(
  file: string,
  name: string,
  play: (change?: Contradiction) => Promise<Findings>,
): Promise<Verdict> {
  const missing = notDue[file]?.[name]
  const contradiction = contradictions[file]?.[name]
  const findings = await play()
  if (missing === undefined && contradiction === undefined)
    return { name, result: findings.length > 0 ? 'failed' : 'passed', lines: findings }
  if (findings.length === 0)
    return { name, result: 'failed', lines: ['listed but passes: take it off the list'] }
  if (contradiction === undefined) return { name, result: 'not due', lines: [`needs ${missing}`] }

  const remaining = await play(contradiction)
  return remaining.length > 0
    ? { name, result: 'failed', lines: ['as amended in contradictions.json:', ...remaining] }
    : { name, result: 'passed', lines: [`as amended: ${contradiction.reason}`] }
}
