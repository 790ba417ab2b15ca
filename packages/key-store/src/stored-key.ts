import { generateApiKey, hashApiKey, type KeyDetails, type KeyRecord, maskKey } from '@chapkit/auth'
import { createUlid, type Entity, type Fields } from '@chapkit/data'

/** What can be changed of a key. */
export interface KeySettings {
  readonly name?: string | undefined
  readonly scopes?: readonly string[] | undefined
  readonly expiresAt?: Date | undefined
  readonly notBefore?: Date | undefined
  readonly rateLimit?: string | undefined
  readonly allowFrom?: readonly string[] | undefined
}

/** A key as the table has it. */
export interface StoredKey extends Entity, KeySettings {
  /** SHA-256 of its text, in hexadecimal digits. */
  readonly digest: string
  /** Its beginning: `sk_prod_`. */
  readonly prefix: string
  /** Since when it is valid no more, whatever its dates say. */
  readonly revokedAt?: Date | undefined
  /** Written in batches, so it is some seconds late. */
  readonly lastUsedAt?: Date | undefined
}

/** A key that was just made: the only time that its text is there. */
export interface NewKey extends StoredKey {
  readonly key: string
}

/** Columns of what can be changed. */
export const SETTINGS = {
  name: { column: 'name', kind: 'text' },
  scopes: { column: 'scopes', kind: 'json' },
  expiresAt: { column: 'expires_at', kind: 'time' },
  notBefore: { column: 'not_before', kind: 'time' },
  rateLimit: { column: 'rate_limit', kind: 'text' },
  allowFrom: { column: 'allow_from', kind: 'json' },
} as const satisfies Fields<keyof KeySettings>

/** All columns beside those of every entity. */
export const FIELDS: Fields = {
  ...SETTINGS,
  digest: { column: 'digest', kind: 'text' },
  prefix: { column: 'prefix', kind: 'text' },
  revokedAt: { column: 'revoked_at', kind: 'time' },
  lastUsedAt: { column: 'last_used_at', kind: 'time' },
}

/** `revoked` is for ever, and `expired` until somebody gives it another date. */
export type KeyState = 'active' | 'pending' | 'expired' | 'revoked'

/** Whether the key is valid now, and else why not. */
export function keyState({ revokedAt, notBefore, expiresAt }: StoredKey, now = new Date()): KeyState {
  if (revokedAt) return 'revoked'
  if (expiresAt && expiresAt <= now) return 'expired'
  return notBefore && notBefore > now ? 'pending' : 'active'
}

/**
 * Makes a key.
 *
 * @param environment - Letters and digits: `prod`.
 */
export function makeKey(settings: KeySettings, environment: string): NewKey {
  const key = generateApiKey(environment)
  const now = new Date()
  return {
    ...settings,
    id: createUlid(),
    version: createUlid(),
    createdAt: now,
    updatedAt: now,
    digest: hashApiKey(key).slice('sha256:'.length),
    prefix: `sk_${environment}_`,
    key,
  }
}

/** What is said of a key, as the table has it. */
export function toSettings(details: KeyDetails): KeySettings {
  const { name, scopes, expiresAt, notBefore, rateLimit, allowFrom } = details
  return {
    name,
    scopes,
    rateLimit,
    allowFrom,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    notBefore: notBefore === undefined ? undefined : new Date(notBefore),
  }
}

/** A key as the ring takes it. Where its text is known, it is taken out of logs and problems from then on. */
export function toKeyRecord(stored: StoredKey | NewKey): KeyRecord {
  const { id, name, scopes, expiresAt, notBefore, rateLimit, allowFrom, digest, prefix } = stored
  const details = {
    id,
    name,
    scopes,
    rateLimit,
    allowFrom,
    expiresAt: expiresAt?.getTime(),
    notBefore: notBefore?.getTime(),
  }
  return 'key' in stored
    ? { ...details, key: stored.key, place: 'row' }
    : { ...details, hash: `sha256:${digest}`, prefix: shownPrefix(prefix) }
}

/** What logs show of a key whose text they do not know is what they show of one that they do. */
function shownPrefix(prefix: string): string {
  return maskKey(prefix.padEnd(14, '*'))
}
