/** `pnpm bench`: measures every contender, prints the tables and writes docs/benchmarks.md. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { contenders } from './contenders.ts'
import { measureLists } from './lists.ts'
import { describeMachine } from './machine.ts'
import { measure, type Plan } from './measure.ts'
import { benchmarksPage } from './page.ts'
import { costTable, findings } from './report.ts'
import { measureTiming } from './timing/measure-timing.ts'

const FULL: Plan = { blocks: 10, rounds: 6, requests: 5_000, warmUp: 12_000, budget: 600_000 }
/** Proves that every contender runs and answers; its numbers mean little. */
const SHORT: Plan = { blocks: 1, rounds: 3, requests: 500, warmUp: 500, budget: 0 }

/** Rows of the table whose lists are measured, and how. */
const FULL_LISTS = { rows: 100_000, plan: { rounds: 10, requests: 200 } }
const SHORT_LISTS = { rows: 200, plan: { rounds: 2, requests: 50 } }

const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)

const { values: flags } = parseArgs({
  options: { short: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const only = flags.only?.split(',')
const chosen = contenders.filter(({ name }) => !only || only.includes(name))

const machine = describeMachine()
console.log(`${machine}\n`)
const measured = await measure(chosen, flags.short ? SHORT : FULL, (line) => console.error(line))
const costs = costTable(chosen, measured)
console.log(costs)
if (!only) {
  const sentences = findings(measured)
  console.log(`\n${sentences.join('\n')}`)
  const { rows, plan } = flags.short ? SHORT_LISTS : FULL_LISTS
  const lists = await measureLists(rows, plan)
  console.log(`\n${lists.table}\n\n${lists.sentence}`)
  if (!flags.short) {
    const timing = await measureTiming(1_000_000)
    console.log(`\n${timing.table}\n\n${timing.sentence}`)
    writeFileSync(PAGE, benchmarksPage({ machine, costs, findings: sentences, lists, timing }))
    console.log('\nWritten to docs/benchmarks.md')
    if (!timing.kept) process.exitCode = 1
  }
}
