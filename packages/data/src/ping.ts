import { sql } from './kysely.ts'
import type { Database } from './database.ts'
import { unavailable } from './unavailable.ts'

/**
 * Asks the database something that it can always answer.
 *
 * @param limit - Milliseconds that it has for it.
 * @throws what went wrong; Problem unavailable (503) when there was no answer in time.
 */
export async function ping({ kysely }: Database, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error(`No answer within ${limit} ms`))), limit)
  })
  try {
    await Promise.race([sql`select 1`.execute(kysely), late])
  } finally {
    clearTimeout(timer)
  }
}
