import type { BookedKey } from './key-book.ts'
import { table } from './table.ts'

const HEADER = ['ID', 'NAME', 'SCOPES', 'LIMIT', 'STATE', 'EXPIRES'] as const

/** Whether a key is valid now, and else why not. */
export function stateOf({ revoked, notBefore = 0, expiresAt = Infinity }: BookedKey): string {
  const now = Date.now()
  if (revoked === true) return 'revoked'
  if (expiresAt <= now) return 'expired'
  return notBefore > now ? 'not yet valid' : 'valid'
}

/** A table of keys for a terminal, without what they are. */
export function keysText(keys: readonly BookedKey[]): string {
  return table(HEADER, keys.map(rowOf))
}

function rowOf(key: BookedKey): string[] {
  const { id, name = '-', scopes = ['(all)'], rateLimit = '-', expiresAt } = key
  const expires = expiresAt === undefined ? 'never' : new Date(expiresAt).toISOString()
  return [id, name, scopes.join(' '), rateLimit, stateOf(key), expires]
}
