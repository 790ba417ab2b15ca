import { randomInt } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { pairedT, stratifiedT } from '../statistics.ts'
import type { KeyCheck } from './key-check.ts'

/** One call: which of two groups it belongs to, whom it asks, and the bytes of the key that it sends. */
export interface Call {
  readonly group: 0 | 1
  /** Calls of one group that should be alike have the same number. */
  readonly cell: number
  readonly check: KeyCheck
  readonly key: Buffer
}

/** Two groups of calls that should take the same time. */
export interface Comparison {
  readonly title: string
  /** Whether each cell stands in both groups; then what counts is the difference between them, of cells 2n and 2n + 1 together. Default: false. */
  readonly paired?: boolean
  /** Draws the next call, in an order that nothing can foresee. */
  readonly draw: () => Call
}

export interface Compared {
  /** The largest |t| of the cuts. Above {@link LIMIT} the groups can be told apart. */
  readonly t: number
  /** Medians of the two groups, in microseconds. */
  readonly medians: readonly [number, number]
}

/** Beyond this, |t| is no accident: the bar that dudect sets (Reparaz, Balasch, Verbauwhede, 2017). */
export const LIMIT = 4.5

/**
 * A collection of garbage or a stolen core takes a thousand times as long as a call and hides any difference, so the slow
 * part of each cell is cut off, at three places.
 */
const CUTS = [0.5, 0.8, 0.95]

const BATCH = 10_000

/** Milliseconds that calls took, by cell. */
type Times = Map<number, number[]>

export function compare({ draw, paired = false }: Comparison, calls: number): Compared {
  run(draw, BATCH, [new Map(), new Map()])
  const times: [Times, Times] = [new Map(), new Map()]
  for (let done = 0; done < calls; done += BATCH) run(draw, BATCH, times)

  const [first, second] = times.map((cells) =>
    [...cells].sort(([a], [b]) => a - b).map(([, cell]) => cell.toSorted((a, b) => a - b)),
  ) as [number[][], number[][]]
  const tOf = paired ? pairedT : stratifiedT
  const ts = CUTS.map((cut) => Math.abs(tOf(first.map(fastest(cut)), second.map(fastest(cut)))))
  return { t: Math.max(...ts), medians: [medianOf(first), medianOf(second)] }
}

function run(draw: () => Call, count: number, times: readonly [Times, Times]): void {
  const calls = Array.from({ length: count }, draw)
  for (const { group, cell, check, key } of calls) {
    // A new string, as the parser of HTTP makes one: of an old one V8 would remember the hash.
    const text = key.toString('latin1')
    const start = performance.now()
    check(text)
    const time = performance.now() - start
    const cells = times[group]
    const known = cells.get(cell)
    if (known) known.push(time)
    else cells.set(cell, [time])
  }
}

function fastest(part: number): (sorted: readonly number[]) => readonly number[] {
  return (sorted) => sorted.slice(0, Math.ceil(sorted.length * part))
}

/** The mean of the cells' medians, in microseconds. */
function medianOf(cells: readonly (readonly number[])[]): number {
  const medians = cells.map((sorted) => sorted[sorted.length >> 1] ?? Number.NaN)
  return (medians.reduce((sum, median) => sum + median, 0) / medians.length) * 1000
}

/** One of the values, each as likely as the others. */
export function anyOf<Value>(values: readonly Value[]): Value {
  return values[randomInt(values.length)] as Value
}
