import type { FastifyBaseLogger } from 'fastify'
import type { KeyChanges } from './keys/key-ring.ts'
import type { KeySet } from './keys/key-set.ts'
import type { KeySource } from './keys/load-api-keys.ts'

/** Logs where the keys of a service come from, and what is wrong with them. */
export function logLoaded(log: FastifyBaseLogger, { byDigest, ...set }: KeySet, source: KeySource): void {
  const count = byDigest.size
  if (source.kind === 'direct') {
    log.warn({ count, message: 'Using direct API keys - not recommended for production' }, 'auth.direct_keys')
  } else if (source.kind === 'file') {
    log.info({ count, file: source.file }, 'auth.loaded_from_file')
  } else {
    log.info({ count, env_var: source.envVar }, 'auth.loaded_from_env')
  }
  logWeak(log, set)
}

/** Logs that the keys of a changed file are valid now. */
export function logReloaded(log: FastifyBaseLogger, changes: KeyChanges, set: KeySet, file: string): void {
  const { added, removed } = changes
  log.info({ added, removed, count: set.byDigest.size, file }, 'auth.reloaded')
  logWeak(log, set)
}

/** Logs that a changed file is of no use. */
export function logReloadFailed(log: FastifyBaseLogger, reason: string, file: string): void {
  log.warn({ reason, file, message: 'The last good API keys stay valid' }, 'auth.reload_failed')
}

function logWeak(log: FastifyBaseLogger, { short, nonAscii }: Pick<KeySet, 'short' | 'nonAscii'>): void {
  if (short > 0) {
    log.warn({ count: short, message: 'API keys of under 16 characters can be guessed' }, 'auth.short_keys')
  }
  if (nonAscii > 0) {
    const message =
      'API keys with characters outside of ASCII must be sent as latin-1, which most clients do not do'
    log.warn({ count: nonAscii, message }, 'auth.non_ascii_keys')
  }
}
