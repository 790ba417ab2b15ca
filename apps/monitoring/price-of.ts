import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from 'chapkit'

/** Looks a price up, which takes some milliseconds. */
export async function priceOf(item: string): Promise<number> {
  await sleep(5)
  if (item === 'unicorn') throw new Problem('conflict', 'There are no unicorns left.')
  return item.length
}
