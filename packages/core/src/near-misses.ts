/** Names that are shown at most. */
const SHOWN = 3

/** Of the names, those that somebody who wrote `wrong` may have meant, the nearest first. */
export function nearMisses(wrong: string, names: Iterable<string>): string[] {
  const limit = Math.max(2, Math.floor(wrong.length / 4))
  return [...names]
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SHOWN)
    .map(({ name }) => name)
}

/** Characters to insert, delete or replace (Levenshtein), one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [at, char] of Array.from(from).entries()) {
    let left = at + 1
    row = row.map((above, index) => {
      if (index === 0) return left
      const diagonal = row[index - 1] as number
      left = Math.min(above + 1, left + 1, diagonal + (to[index - 1] === char ? 0 : 1))
      return left
    })
  }
  return row[to.length] as number
}
