import type { FastifyBaseLogger } from 'fastify'
import type { KeyChanges } from './keys/key-ring.ts'
import type { KeySet } from './keys/key-set.ts'

/** Where keys come from, for the log: `{ file: '/run/secrets/api_keys' }`. */
export type KeyOrigin = Readonly<Record<string, string>>

/** Logs where the keys of a service come from, and what is wrong with them. */
export function logLoaded(log: FastifyBaseLogger, set: KeySet, kind: string, origin: KeyOrigin): void {
  const count = set.byDigest.size
  if (kind === 'direct') {
    log.warn({ count, message: 'Using direct API keys - not recommended for production' }, 'auth.direct_keys')
  } else if (kind === 'file') {
    log.info({ count, ...origin }, 'auth.loaded_from_file')
  } else if (kind === 'env') {
    log.info({ count, ...origin }, 'auth.loaded_from_env')
  } else {
    log.info({ count, store: kind, ...origin }, 'auth.loaded')
  }
  logFaults(log, set)
}

/** Logs that the keys changed. */
export function logReloaded(
  log: FastifyBaseLogger,
  changes: KeyChanges,
  set: KeySet,
  origin: KeyOrigin,
): void {
  const { added, removed } = changes
  log.info({ added, removed, count: set.byDigest.size, ...origin }, 'auth.reloaded')
  logFaults(log, set)
}

/** Logs that the keys could not be read again. */
export function logReloadFailed(log: FastifyBaseLogger, reason: string, origin: KeyOrigin): void {
  log.warn({ reason, ...origin, message: 'The last good API keys stay valid' }, 'auth.reload_failed')
}

function logFaults(log: FastifyBaseLogger, { byDigest, short, nonAscii }: KeySet): void {
  if (short > 0) {
    log.warn({ count: short, message: 'API keys of under 16 characters can be guessed' }, 'auth.short_keys')
  }
  if (nonAscii > 0) {
    const message =
      'API keys with characters outside of ASCII must be sent as latin-1, which most clients do not do'
    log.warn({ count: nonAscii, message }, 'auth.non_ascii_keys')
  }
  const now = Date.now()
  const expired = [...byDigest.values()].filter(({ expiresAt }) => expiresAt <= now).length
  if (expired > 0) {
    log.warn({ count: expired, message: 'Expired API keys are refused: remove them' }, 'auth.expired_keys')
  }
}
