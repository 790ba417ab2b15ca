import type { Difference, Failure, Step } from './replay.ts'

/** What became of a case. `not due` counts neither as passed nor as failed. */
export interface Verdict {
  readonly name: string
  readonly result: 'passed' | 'failed' | 'not due'
  /** What to print below its name. */
  readonly lines: readonly string[]
}

const WORDS = { passed: 'PASS', failed: 'FAIL', 'not due': 'LATER' }

/** Prints the verdicts of a file. */
export function printVerdicts(file: string, verdicts: readonly Verdict[]): void {
  for (const { name, result, lines } of verdicts)
    console.log([`${WORDS[result]} ${file}: ${name}`, ...lines.map((line) => `     ${line}`)].join('\n'))
}

/** Prints the sum, whose last line is `N passed, N failed`, and gives the exit code: 1 when a case failed or none passed. */
export function printTally(verdicts: readonly Verdict[]): number {
  const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length
  if (count('not due') > 0) console.log(`${count('not due')} not yet due, see apps/contract/not-due.json`)
  console.log(`${count('passed')} passed, ${count('failed')} failed`)
  return count('failed') > 0 || count('passed') === 0 ? 1 : 0
}

/** What the lists say of cases that do not exist. */
export function untrue(entries: readonly string[]): Verdict[] {
  return entries.map((name) => ({ name, result: 'failed', lines: ['listed, but there is no such case'] }))
}

/** What a failure is, in lines. */
export function describeFailure({ step, what, diffs }: Failure): string[] {
  return [`step ${step + 1}: ${describeStep(what)}`, ...describeDifferences(diffs)]
}

/** Differences, three lines each. */
export function describeDifferences(differences: readonly Difference[]): string[] {
  return differences
    .slice(0, 12)
    .flatMap(({ path, expected, got }) => [
      `  ${path}`,
      `    expected ${show(expected)}`,
      `    got      ${show(got)}`,
    ])
}

function describeStep(step: Step): string {
  const request = step['request'] as { raw?: string; method?: string; path?: string } | undefined
  if (request?.raw !== undefined) return JSON.stringify(request.raw.split('\r\n')[0])
  if (request) return `${request.method ?? 'GET'} ${request.path}`
  return Object.keys(step).join(', ')
}

function show(value: unknown): string {
  if (value === undefined) return '(absent)'
  const text = JSON.stringify(value)
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
