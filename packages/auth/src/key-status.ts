import type { FastifyInstance } from 'fastify'
import { logReloaded, logReloadFailed } from './key-log.ts'
import { followKeyFile } from './keys/follow-key-file.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { KeySource } from './keys/load-api-keys.ts'

/** State of a service's keys, for metrics and health checks. It is `app.apiKeys`. */
export interface ApiKeyStatus {
  /** How many keys are valid. */
  readonly count: number
  /** How often the key file changed and its keys were taken over. */
  readonly reloads: number
  /** How often the key file changed and was of no use, so that the last good keys stayed valid. */
  readonly failedReloads: number
  /** Whether the key file is of no use now. */
  readonly failing: boolean
}

/** Follows the file of the keys, where they come from one, until the service closes; and gives their state. */
export function keyStatus(app: FastifyInstance, ring: KeyRing, source: KeySource): ApiKeyStatus {
  let reloads = 0
  let failedReloads = 0
  let failing = false
  if (source.kind === 'file') {
    const watch = followKeyFile(source.file, ring, {
      reloaded(changes, set) {
        if (changes.added + changes.removed === 0 && !failing) return
        failing = false
        reloads++
        logReloaded(app.log, changes, set, source.file)
      },
      failed(reason) {
        failing = true
        failedReloads++
        logReloadFailed(app.log, reason, source.file)
      },
    })
    app.addHook('onClose', () => watch.close())
  }
  return {
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
