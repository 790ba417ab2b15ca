import type { FastifyInstance } from 'fastify'
import { logReloaded, logReloadFailed } from './key-log.ts'
import type { ApiKey } from './keys/api-key.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { OpenKeyStore } from './keys/key-store.ts'

/** State of a service's keys, for metrics and health checks. It is `app.apiKeys`. */
export interface ApiKeyStatus {
  /** Where the keys are kept. */
  readonly store: OpenKeyStore
  /** The keys, expired ones among them, without their texts and in an order that means nothing. */
  readonly keys: readonly ApiKey[]
  /** How many keys there are. */
  readonly count: number
  /** How often the keys of the store changed and were taken over. */
  readonly reloads: number
  /** How often they changed and were of no use, so that the last good keys stayed valid. */
  readonly failedReloads: number
  /** Whether what the store has is of no use now. */
  readonly failing: boolean
}

/** Follows the store of the keys until the service closes, and gives their state. */
export function keyStatus(app: FastifyInstance, ring: KeyRing, store: OpenKeyStore): ApiKeyStatus {
  let reloads = 0
  let failedReloads = 0
  let failing = false
  store.follow?.({
    changed(set) {
      const changes = ring.replace(set)
      if (changes.added + changes.removed + changes.changed === 0 && !failing) return
      failing = false
      reloads++
      logReloaded(app.log, changes, set, store.origin)
    },
    failed(reason) {
      failing = true
      failedReloads++
      logReloadFailed(app.log, reason, store.origin)
    },
  })
  return {
    store,
    get keys() {
      return ring.keys
    },
    get count() {
      return ring.size
    },
    get reloads() {
      return reloads
    },
    get failedReloads() {
      return failedReloads
    },
    get failing() {
      return failing
    },
  }
}
