import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceApp } from '@chapkit/core'
import type { Database } from './database.ts'
import { OpenDatabaseError } from './errors.ts'
import { ping } from './ping.ts'
import { reasonOf, refusalOf } from './postgres/refusals.ts'

/** Milliseconds that are left for the rest of the start before Fastify gives it up. */
const MARGIN = 2_000

/** Milliseconds that one attempt has at least. */
const MIN_ATTEMPT = 1_000

/**
 * Waits until the database answers, so that a service may start beside it or before it.
 *
 * @param startTimeout - Milliseconds; less where Fastify's `pluginTimeout` would end the start before.
 * @throws CHAPKIT_ERR_OPEN_DATABASE when it does not answer in time, and at once when waiting would not help: a wrong
 * password, a database that is not there.
 */
export async function waitForDatabase(
  app: ServiceApp,
  database: Database,
  startTimeout: number,
): Promise<void> {
  const limit = Math.min(startTimeout, longestStart(app.initialConfig.pluginTimeout))
  const end = Date.now() + limit
  for (let wait = 250; ; wait = Math.min(wait * 2, 2_000)) {
    let fault: unknown
    try {
      await ping(database, Math.max(end - Date.now(), MIN_ATTEMPT))
      return
    } catch (error) {
      fault = error
    }
    const refusal = refusalOf(fault)
    if (refusal !== undefined) throw new OpenDatabaseError(refusal, { cause: fault })
    const reason = reasonOf(fault)
    if (Date.now() + wait >= end) {
      throw new OpenDatabaseError(
        `The database did not answer within ${limit / 1000} s (${reason}). Start it, or correct its URL.`,
        { cause: fault },
      )
    }
    app.log.warn({ reason, retry_in_ms: wait }, 'database.waiting')
    await sleep(wait)
  }
}

/** Fastify's own limit is that of a whole plugin, and 0 for none. */
function longestStart(pluginTimeout = 10_000): number {
  return pluginTimeout === 0 ? Infinity : Math.max(pluginTimeout - MARGIN, pluginTimeout / 2)
}
