import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A step of a case; the player knows what is in it. */
export type Step = Readonly<Record<string, unknown>>

/** A recorded case. */
export interface Scenario {
  readonly name: string
  readonly steps: readonly Step[]
}

/** Where an answer differs from the recording. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly got: unknown
}

/** The first step of a case that did not go as recorded; `step` counts from 0. */
export interface Failure {
  readonly step: number
  readonly what: Step
  readonly diffs: readonly Difference[]
}

/** What is used of the player that comes with the recordings. */
export interface Replay {
  playCase(base: string, scenario: Scenario, options: { log?: string }): Promise<Failure | null>
  compare(expected: unknown, got: unknown, path: string, captures: Record<string, unknown>): Difference[]
}

/** Where the recordings are. */
export interface Recordings {
  /** The player, `replay.mjs`. */
  readonly player: string
  /** Folder of the HTTP cases. */
  readonly cases: string
  /** Folder of the start-up cases. */
  readonly startup: string
}

/** The recordings are no part of this repository: they are in `shared/` beside the checkout. */
export const BESIDE_THE_CHECKOUT = fileURLToPath(
  new URL('../../../../shared/contract/replay.mjs', import.meta.url),
)

/** A sentence for the person at the keyboard, instead of a stack trace. */
export class UsageError extends Error {}

/**
 * Finds the recordings: `--replay`, then the variable CHAPKIT_CONTRACT_REPLAY, then `../shared/contract`.
 *
 * @throws UsageError when they are not there.
 */
export function findRecordings(replay = process.env['CHAPKIT_CONTRACT_REPLAY']): Recordings {
  const player = replay === undefined || replay === '' ? BESIDE_THE_CHECKOUT : replay
  if (!existsSync(player))
    throw new UsageError(
      `The recorded contract is not part of this repository and is not beside it (${player} does not exist): ` +
        `name its player with --replay FILE or CHAPKIT_CONTRACT_REPLAY.`,
    )
  const folder = dirname(player)
  return { player, cases: join(folder, 'cases'), startup: join(folder, 'startup') }
}

/** Loads the player. */
export async function loadReplay({ player }: Recordings): Promise<Replay> {
  return (await import(pathToFileURL(player).href)) as Replay
}
