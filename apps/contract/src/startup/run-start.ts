import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../child-service.ts'
import { camelCase } from './camel-case.ts'
import { fillFile } from './fill-file.ts'
import type { StartupCase, StartupJob, StartupOutcome } from './startup-case.ts'

/** What a start left behind. */
export interface StartResult {
  readonly outcome: StartupOutcome
  /** Lines of the service's log. */
  readonly log: readonly object[]
  /** Path that `{file}` stood for. */
  readonly file: string
}

const START_ONE = fileURLToPath(new URL('start-one.ts', import.meta.url))

/** Starts the service of a case: the environment and the file are the case's own, the process ends with it. */
export async function runStart(startup: StartupCase): Promise<StartResult> {
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-startup-'))
  const file = join(folder, startup.file?.path ?? 'keys.txt')
  try {
    if (startup.file) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, Buffer.from(startup.file.base64, 'base64'))
    }
    const env = cleanEnvironment({ LOG_FORMAT: 'json', ...fillFile(startup.env ?? {}, file) })
    const child = fork(START_ONE, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    const output = child.stdout ? text(child.stdout) : Promise.resolve('')
    child.send(jobOf(startup, file))
    const outcome = await Promise.race([
      once(child, 'message').then(([message]) => message as StartupOutcome),
      once(child, 'exit').then(([code]) => ({ starts: false, error: `the process ended with ${code}` })),
    ])
    const log = (await output).split('\n').filter((line) => line.startsWith('{'))
    return { outcome, log: log.map((line) => JSON.parse(line) as object), file }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function jobOf(startup: StartupCase, file: string): StartupJob {
  const keys = Object.keys(startup.expect.status_by_key ?? {})
  if (startup.builder !== undefined) return { builder: startup.builder, keys }
  // null, which is Python's None, means that an option is not given.
  const options = Object.entries(fillFile(startup.with_auth ?? {}, file)).filter(
    ([, value]) => value !== null,
  )
  return { auth: Object.fromEntries(options.map(([name, value]) => [camelCase(name), value])), keys }
}
