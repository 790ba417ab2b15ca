import type { TimingResult } from './timing/measure-timing.ts'

/** What was measured in one run. */
export interface Measured {
  readonly machine: string
  readonly costs: string
  readonly findings: readonly string[]
  readonly timing: TimingResult
}

/** docs/benchmarks.md. */
export function benchmarksPage({ machine, costs, findings, timing }: Measured): string {
  return `# Benchmarks

What a request costs the server: CPU time of its process, not requests a second, so that the load generator does not count. All
servers answer \`GET /hello\` with the same JSON document, and the requests carry the same key, whether a server asks for one or
not. They are measured in turn (A B C … A B C …), each in a process and on a core of its own, and the load comes from another
process. The numbers are medians; read the ratios, which were taken within one round each.

\`pnpm bench\` wrote this page. The servers are in the folder apps/bench.

${machine}

## Cost of a request

${costs}

${findings.map((sentence) => `- ${sentence}`).join('\n')}

## Time of the key check

Does the time that a wrong key takes tell how much of it was right? Each row compares two groups of calls by Welch's t-test. The
last row is a check that compares keys one by one: it shows that the measurement would see a difference.

${timing.table}

${timing.sentence}
`
}
