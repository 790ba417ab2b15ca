import { readCaseFiles } from '../case-files.ts'
import { runCommand } from '../command-line.ts'
import { inParallel } from '../in-parallel.ts'
import { judge } from '../judge.ts'
import { merge, staleEntries } from '../lists.ts'
import { findRecordings, loadReplay, UsageError } from '../replay.ts'
import { describeDifferences, printTally, printVerdicts, untrue, type Verdict } from '../verdict.ts'
import { playStartupCase } from './play-startup-case.ts'
import type { StartupCase } from './startup-case.ts'

/** How many services start at the same time. */
const PARALLEL = 2

await runCommand(async (line) => {
  const recordings = findRecordings(line.replay)
  const replay = await loadReplay(recordings)
  const folder = line.cases ?? recordings.startup
  const files = readCaseFiles<StartupCase>(folder, line.only)
  if (files.length === 0) throw new UsageError(`There is no such case file in ${folder}.`)

  const verdicts: Verdict[] = []
  for (const { name, cases } of files) {
    const judged = await inParallel(PARALLEL, cases, (startup) =>
      judge(`startup-${name}`, startup.name, async (change) => {
        const expect = merge(startup.expect, change?.expect)
        return describeDifferences(await playStartupCase(replay, { ...startup, expect }))
      }),
    )
    printVerdicts(`startup-${name}`, judged)
    verdicts.push(...judged)
  }
  const named = files.map(({ name, cases }) => ({ name: `startup-${name}`, cases }))
  // Another folder, or one file of it, need not have the cases that the lists name.
  const isMine = (file: string) =>
    line.cases === undefined && line.only === undefined && file.startsWith('startup-')
  const stale = untrue(staleEntries(named, isMine))
  printVerdicts('lists', stale)
  return printTally([...verdicts, ...stale])
})
