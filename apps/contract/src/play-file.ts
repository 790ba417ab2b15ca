import type { CaseFile } from './case-files.ts'
import { startService } from './child-service.ts'
import { judge } from './judge.ts'
import { amend } from './lists.ts'
import type { Replay } from './replay.ts'
import { describeFailure, type Verdict } from './verdict.ts'

/** Starts the service of a case file, freshly and as a process of its own, and plays the file's cases against it. */
export async function playFile(replay: Replay, file: CaseFile): Promise<Verdict[]> {
  const service = await startService(file.name)
  try {
    const verdicts: Verdict[] = []
    for (const scenario of file.cases) {
      const verdict = await judge(file.name, scenario.name, async (change) => {
        const failure = await replay.playCase(service.base, change ? amend(scenario, change) : scenario, {
          log: service.log,
        })
        return failure ? describeFailure(failure) : []
      })
      verdicts.push(verdict)
    }
    return verdicts
  } finally {
    await service.stop()
  }
}
