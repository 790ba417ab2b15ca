import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Scenario } from './replay.ts'

/** One file of recorded cases. */
export interface CaseFile<Case = Scenario> {
  /** Name of the file without folder and `.json`: `auth-custom-header`. */
  readonly name: string
  /** The cases in it, in order. */
  readonly cases: readonly Case[]
}

/** Name under which a case file is known: `cases/auth.json`, `auth.json` and `auth` are the same. */
export function caseFileName(file: string): string {
  return basename(file, '.json')
}

/**
 * Reads the case files of a folder, in alphabetical order.
 *
 * @param only - Reads just the file with this name.
 */
export function readCaseFiles<Case = Scenario>(folder: string, only?: string): CaseFile<Case>[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .filter((file) => only === undefined || caseFileName(file) === caseFileName(only))
    .toSorted()
  return files.map((file) => {
    const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cases: Case[] }
    return { name: caseFileName(file), cases: recording.cases }
  })
}
