import { randomFillSync } from 'node:crypto'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The two letters of each number of 10 bits. */
const PAIRS = Array.from(LETTERS, (first) => Array.from(LETTERS, (second) => first + second)).flat()

/** The last 20 bits count the ids of a millisecond. */
const COUNT_END = 2 ** 20

/**
 * Makes the function that gives each request its id: a ULID, increasing within the process. An id that a client sends is
 * not taken over, so nobody can write into somebody else's log lines.
 */
export function requestIds(): () => string {
  const random = randomNumbers()
  let time = 0
  let start = ''
  let count = COUNT_END
  return () => {
    const now = Date.now()
    count++
    // When the clock was set back the last time goes on, and with it the order.
    if (now > time || count >= COUNT_END) {
      time = Math.max(now, time + 1)
      // There is a new one each millisecond: one list, and one text in one piece.
      // prettier-ignore
      start = [
        pair(time / 2 ** 40), pair(time / 2 ** 30), pair(time / 2 ** 20), pair(time / 2 ** 10), pair(time),
        pair(random()), pair(random()), pair(random()), pair(random()), pair(random()), pair(random()),
      ].join('')
      // In the lower half, so that there are ids left for this millisecond.
      count = ((random() & 511) << 10) | (random() & 1023)
    }
    return start + pair(count >> 10) + pair(count)
  }
}

/** The two letters of the last 10 bits. */
function pair(bits: number): string {
  return PAIRS[bits & 1023] as string
}

/** Gives random numbers of 16 bits. One call of the system's generator serves some hundred ids. */
function randomNumbers(): () => number {
  const pool = new Uint16Array(1024)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    return pool[used++] as number
  }
}
