import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Ended, runProcess } from '@chapkit/testing'
import { docs, readText, root, snippetText } from './pages.ts'

/** Where the snippets say that a service is. */
const SHOWN = 'localhost:8000'

/**
 * Runs a part of a shell script of the docs against a service, and gives the body and the status of the last answer.
 *
 * @param values - What the script shows, and what it is to be now.
 */
export async function curl(
  file: string,
  region: string | undefined,
  origin: string,
  values: Readonly<Record<string, string>> = {},
) {
  let script = snippetText({ file, region }) ?? ''
  for (const [shown, value] of Object.entries(values)) script = script.replaceAll(shown, value)
  const call = script
    .replaceAll(SHOWN, new URL(origin).host)
    .replaceAll(/^curl/gm, "curl -sS -w '\\n%{http_code}'")
  const { stdout, stderr, code } = await runProcess(['bash', '-euc', call], { cwd: root })
  if (code !== 0) throw new Error(stderr)
  const end = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(end + 1)), body: JSON.parse(stdout.slice(0, end)) as unknown }
}

/** Runs a TypeScript snippet as a process of its own, with the address of a service in place of the one that it shows. */
export async function runSnippet(file: string, origin = `http://${SHOWN}`): Promise<Ended> {
  // Below docs/, so that it finds the same packages; git ignores the folder.
  const folder = join(docs, '.vitepress/cache')
  mkdirSync(folder, { recursive: true })
  const copy = join(folder, `${process.pid}-${basename(file)}`)
  writeFileSync(copy, readText(file).replaceAll(SHOWN, new URL(origin).host))
  try {
    return await runProcess([process.execPath, '--import', 'tsx', copy], { cwd: docs })
  } finally {
    rmSync(copy)
  }
}
