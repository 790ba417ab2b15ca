import { table } from '../table.ts'
import { compare, type Compared, type Comparison, LIMIT } from './compare.ts'
import { oneByOne, placeInList, rightLength, rightPrefix } from './comparisons.ts'

/** What the time of the key check tells. */
export interface TimingResult {
  readonly table: string
  readonly sentence: string
  /** Whether no comparison could be told apart, and the control could. */
  readonly kept: boolean
}

/** Calls of the control: what it compares is so far apart that few are enough. */
const CONTROL_CALLS = 200_000

/** Can the time that the key check takes tell anything about a valid key? */
export async function measureTiming(calls: number): Promise<TimingResult> {
  const equal = [await rightPrefix(), await rightLength(), await placeInList()]
  const results = equal.map((comparison) => [comparison, measureTwice(comparison, calls)] as const)
  const control = oneByOne()
  const seen = compare(control, Math.min(calls, CONTROL_CALLS))
  const kept = results.every(([, { t }]) => t < LIMIT)
  const found = seen.t >= LIMIT
  return {
    table: table(
      ['calls of the key check, in two groups', 'medians in µs', '|t|'],
      [...results, [control, seen] as const].map(([{ title }, { t, medians }]) => [
        title,
        medians.map((median) => median.toFixed(2)).join(' and '),
        t.toFixed(1),
      ]),
    ),
    sentence:
      `${calls.toLocaleString('en')} calls each, limit |t| < ${LIMIT}: ${kept ? 'kept' : 'NOT kept'}; ` +
      `the control is ${found ? 'found' : 'NOT found'}.`,
    kept: kept && found,
  }
}

/** What is beyond the limit is measured anew: an accident does not come twice, a leak does. */
function measureTwice(comparison: Comparison, calls: number): Compared {
  const first = compare(comparison, calls)
  return first.t < LIMIT ? first : compare(comparison, calls)
}
