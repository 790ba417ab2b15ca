import { type ListResult, PAGE_SIZE } from './lists.ts'
import type { TimingResult } from './timing/measure-timing.ts'

/** What was measured in one run. */
export interface Measured {
  readonly machine: string
  readonly costs: string
  readonly findings: readonly string[]
  readonly lists: ListResult
  readonly timing: TimingResult
}

/** docs/benchmarks.md. */
export function benchmarksPage({ machine, costs, findings, lists, timing }: Measured): string {
  return `# Benchmarks

What a request costs the server: CPU time of its process, not requests a second, so that the load generator does not count.
Servers answer \`GET /hello\` with the same JSON document, where the table does not say otherwise, and the requests carry the
same key, whether a server asks for one or not. Configs are those of a service with \`withAuth()\`, \`withLogging()\`,
\`withDatabase()\` and \`withConfig()\`, in a file of SQLite or a schema of PostgreSQL. The servers are measured in turn
(A B C … A B C …), each in a process and on a core of its own, whose heap V8 sizes as in a container of 1 GiB
(\`--max-semi-space-size=4 --max-old-space-size=512\`), and the load comes from another process. The numbers are medians; read the
ratios, which were taken within one round each. Memory is what is resident.

\`pnpm bench\` wrote this page. The servers are in the folder apps/bench.

${machine}

## Cost of a request

${costs}

${findings.map((sentence) => `- ${sentence}`).join('\n')}

## Cost of a list

A page by key (\`?after=ULID&limit=${PAGE_SIZE}\`) is found by the index, wherever it is. A page by number (\`?page=…&size=…\`) counts all
rows, and reads those before it. On SQLite.

${lists.table}

${lists.sentence}

## Time of the key check

Does the time that a wrong key takes tell how much of it was right? Each row compares two groups of calls by a t-test, paired but in the last row. The
last row is a check that compares keys one by one: it shows that the measurement would see a difference.

${timing.table}

${timing.sentence}
`
}
