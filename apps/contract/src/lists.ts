import { readFileSync } from 'node:fs'
import type { Scenario, Step } from './replay.ts'

/** Why a recorded case contradicts the contract in words, and what it is when it says the same as that. */
export interface Contradiction {
  readonly reason: string
  /** Changes of an HTTP case, merged into its steps by number (from 1, as the report counts). */
  readonly steps?: Readonly<Record<string, Step>>
  /** Change of what a start-up case expects, merged into it. */
  readonly expect?: Step
}

/** Case file → case → what is said of it. Files of start-up cases have `startup-` before their name. */
type ByCase<Entry> = Readonly<Record<string, Readonly<Record<string, Entry>>>>

/** Cases that need a module which does not exist yet, with what they need. */
export const notDue = readList('../not-due.json') as ByCase<string>

/** Recorded cases that contradict the contract in words or the guide. */
export const contradictions = readList('../contradictions.json') as ByCase<Contradiction>

/** The case as it would have been recorded if it agreed with the contract in words. */
export function amend(scenario: Scenario, { steps = {} }: Contradiction): Scenario {
  return { ...scenario, steps: scenario.steps.map((step, index) => merge(step, steps[String(index + 1)])) }
}

/** Merges objects deeply; anything else in `change` replaces what is in `value`. */
export function merge<Value>(value: Value, change: unknown): Value {
  if (change === undefined) return value
  if (!isObject(change) || !isObject(value)) return change as Value
  const names = new Set([...Object.keys(value), ...Object.keys(change)])
  return Object.fromEntries([...names].map((name) => [name, merge(value[name], change[name])])) as Value
}

/** Entries of the lists, of the files that `concerns` picks, for which there is no case: the lists have grown stale. */
export function staleEntries(
  files: readonly { readonly name: string; readonly cases: readonly { readonly name: string }[] }[],
  concerns: (file: string) => boolean,
): string[] {
  const existing = new Set(files.flatMap((file) => file.cases.map(({ name }) => `${file.name}: ${name}`)))
  const listed = [notDue, contradictions].flatMap((list) =>
    Object.entries(list)
      .filter(([file]) => concerns(file))
      .flatMap(([file, cases]) => Object.keys(cases).map((name) => `${file}: ${name}`)),
  )
  return listed.filter((entry) => !existing.has(entry))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readList(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}
