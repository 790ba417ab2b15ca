/** The value below which the given part of the values lies, interpolated; NaN for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * part
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** A median with the quarter of the values on either side of it. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
}

export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), lower: quantile(values, 0.25), upper: quantile(values, 0.75) }
}

/** `1.07 (1.05 to 1.10)` */
export function withQuartiles({ median, lower, upper }: Spread): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`
}

/** Each value in parts of the base of the same round. */
export function ratios(values: readonly number[], bases: readonly number[]): number[] {
  return values.map((value, round) => value / (bases[round] ?? Number.NaN))
}

/**
 * Welch's t of two groups: how many standard errors their means lie apart. Each group is made of cells, and its mean is that
 * of its cells' means, so that a cell counts the same in both groups however many values it has.
 */
export function stratifiedT(
  first: readonly (readonly number[])[],
  second: readonly (readonly number[])[],
): number {
  const [a, b] = [meanOfCells(first), meanOfCells(second)]
  const difference = a.mean - b.mean
  return difference === 0 ? 0 : difference / Math.sqrt(a.squaredError + b.squaredError)
}

/**
 * Student's t of cells that stand in both groups, in the same order: how many standard errors the mean of their differences
 * lies from zero. Two cells that follow each other make up a block and count as one, so that what one of them has more by its nature
 * cancels out. What a block has by chance, and keeps however often it is called, counts as the accident that it is.
 */
export function pairedT(
  first: readonly (readonly number[])[],
  second: readonly (readonly number[])[],
): number {
  const cells = first.map((values, cell) => mean(values) - mean(second[cell] ?? []))
  const blocks = cells.flatMap((one, cell) => (cell % 2 === 0 ? (one + (cells[cell + 1] ?? one)) / 2 : []))
  const { mean: difference, squaredError } = meanOfCells([blocks])
  return difference === 0 ? 0 : difference / Math.sqrt(squaredError)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function meanOfCells(cells: readonly (readonly number[])[]): { mean: number; squaredError: number } {
  let total = 0
  let squaredError = 0
  for (const values of cells) {
    const average = mean(values)
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0)
    total += average / cells.length
    squaredError += squares / (values.length - 1) / values.length / cells.length ** 2
  }
  return { mean: total, squaredError }
}
