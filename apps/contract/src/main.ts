import { fileURLToPath } from 'node:url'
import { type CaseFile, readCaseFiles } from './case-files.ts'
import { type CommandLine, runCommand } from './command-line.ts'
import { inParallel } from './in-parallel.ts'
import { staleEntries } from './lists.ts'
import { playFile } from './play-file.ts'
import { findRecordings, loadReplay, UsageError } from './replay.ts'
import { serve } from './serve.ts'
import { printTally, printVerdicts, untrue, type Verdict } from './verdict.ts'

/** Cases of the services that nobody recorded. */
const OWN_CASES = fileURLToPath(new URL('../cases/', import.meta.url))

/** How many services run at the same time. */
const PARALLEL = 2

await runCommand(async (line) => {
  if (line.serve !== undefined) return serve(line.serve, line.port)
  return play(line)
})

async function play(line: CommandLine): Promise<number> {
  const recordings = findRecordings(line.replay)
  const replay = await loadReplay(recordings)
  const folder = line.cases ?? recordings.cases
  const own = line.cases === undefined ? readCaseFiles(OWN_CASES, line.only) : []
  const files = [...readCaseFiles(folder, line.only), ...own]
  if (files.length === 0) throw new UsageError(`There is no such case file in ${folder}.`)

  const verdicts = await inParallel(PARALLEL, files, async (file) => {
    const judged = await playFile(replay, file).catch((error: unknown) => notStarted(file, error))
    printVerdicts(file.name, judged)
    return judged
  })
  const stale = staleEntries(files, (file) => isMine(file, line))
  printVerdicts('lists', untrue(stale))
  return printTally([...verdicts.flat(), ...untrue(stale)])
}

/** Another folder, or one file of it, need not have the cases that the lists name. */
function isMine(file: string, line: CommandLine): boolean {
  return line.cases === undefined && line.only === undefined && !file.startsWith('startup-')
}

/** A service that does not start fails all cases of its file. */
function notStarted(file: CaseFile, error: unknown): Verdict[] {
  const lines = String(error).split('\n')
  return file.cases.map(({ name }, index) => ({ name, result: 'failed', lines: index === 0 ? lines : [] }))
}
