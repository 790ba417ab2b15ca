import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'

/**
 * Makes the function that gives each request its id: a ULID, increasing within the process. An id that a client sends is
 * not taken over, so nobody can write into somebody else's log lines.
 */
export function requestIds(): () => string {
  const pool = new Uint8Array(4096)
  let used = pool.length
  // One call of the system's generator serves some hundred ids.
  const random = (): number => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    return (pool[used++] as number) / 256
  }
  const ulid = monotonicFactory(random)
  return () => ulid()
}
