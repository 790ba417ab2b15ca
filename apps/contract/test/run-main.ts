import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a command printed, and its exit code. */
export interface Ended {
  readonly code: number
  readonly output: string
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Path of a source file of the app. */
export function source(path: string): string {
  return fileURLToPath(new URL(`../src/${path}`, import.meta.url))
}

/** Environment in which sources run without a build. */
export const fromSources = { TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) }

/** Runs a command of the app in a process of its own, from its sources. */
export async function runMain(path: string, args: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...fromSources }, maxBuffer: 1 << 26 }
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', source(path), ...args],
      options,
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}
