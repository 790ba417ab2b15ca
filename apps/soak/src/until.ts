import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until it is so.
 *
 * @param limit - Milliseconds.
 * @throws when it is not so in time.
 */
export async function until(limit: number, isSo: () => Promise<boolean>): Promise<void> {
  const start = performance.now()
  while (!(await isSo())) {
    if (performance.now() - start > limit) throw new Error(`It was not so after ${limit} ms.`)
    await sleep(10)
  }
}
