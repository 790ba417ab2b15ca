/** Values counted in buckets. Recording one costs some additions, and no allocation. */
export class BucketCounts {
  /** Upper bounds of the buckets, the last bucket having none. */
  readonly boundaries: readonly number[]
  readonly counts: number[]
  sum = 0

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries
    this.counts = Array.from({ length: boundaries.length + 1 }, () => 0)
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0)
  }

  /** Counts a value: in the first bucket whose bound is not below it. */
  record(value: number): void {
    const { boundaries } = this
    let bucket = 0
    // Most values are small.
    while (bucket < boundaries.length && value > (boundaries[bucket] as number)) bucket++
    ;(this.counts[bucket] as number)++
    this.sum += value
  }
}
