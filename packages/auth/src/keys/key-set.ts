import { ApiKeyChecksumError } from '../errors.ts'
import type { ApiKey } from './api-key.ts'
import { digest, digestOf, subjectOf } from './digest.ts'
import { hasValidChecksum, isGeneratedKey } from './generated-key.ts'
import { KeyFilter } from './key-filter.ts'
import type { KeyRecord } from './key-record.ts'
import { maskKey } from './mask-key.ts'
import { type Secret, secretsOf } from './secret.ts'

/** Keys without their text: what stays in memory. */
export interface KeySet {
  readonly byDigest: ReadonlyMap<string, ApiKey>
  /** Digests of the keys that were given as a hash, so that their text is not known. */
  readonly hashed: ReadonlySet<string>
  /** Tells most of what is not one of the other keys. */
  readonly filter: KeyFilter
  /** What takes the keys out of logs and problems. */
  readonly secrets: readonly Secret[]
  /** How many have under 16 characters, and could be guessed. */
  readonly short: number
  /** How many hold something else than printable ASCII, which clients encode in different ways. */
  readonly nonAscii: number
}

/** Characters that a key should have at least. */
const ADVISED_LENGTH = 16

/**
 * Turns keys into their digests; of duplicates the first counts. A record without an id is named `key-1`, `key-2`, … by its
 * place.
 *
 * @param source - Where the keys come from, for the error: `/run/secrets/api_keys`.
 * @throws CHAPKIT_ERR_API_KEY_CHECKSUM for a key of the generated shape with a wrong checksum. It names the place, not the key.
 */
export function toKeySet(records: readonly KeyRecord[], source: string): KeySet {
  const byDigest = new Map<string, ApiKey>()
  const hashed = new Set<string>()
  const filter = new KeyFilter()
  const secrets: Secret[] = []
  let short = 0
  let nonAscii = 0
  for (const record of records) {
    const { key } = record
    if (key !== undefined) assertChecksum(key, record.place, source)
    const id = key === undefined ? digestOf(record.hash) : digest(key)
    if (byDigest.has(id)) continue
    byDigest.set(id, toApiKey(record, id, `key-${byDigest.size + 1}`))
    if (key === undefined) {
      hashed.add(id)
      continue
    }
    filter.add(key)
    secrets.push(...secretsOf(key))
    if (key.length < ADVISED_LENGTH) short++
    if (!/^[\x20-\x7e]+$/.test(key)) nonAscii++
  }
  // In the order of digests: the place of a key in a table of hashes must not tell its place in the list.
  const ordered = new Map([...byDigest].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { byDigest: ordered, hashed, filter, secrets, short, nonAscii }
}

function assertChecksum(key: string, place: string, source: string): void {
  if (!isGeneratedKey(key) || hasValidChecksum(key)) return
  throw new ApiKeyChecksumError(
    `The API key in ${place} of ${source} was mistyped or cut: its checksum is wrong. Copy it again, whole.`,
  )
}

function toApiKey(record: KeyRecord, keyDigest: string, defaultId: string): ApiKey {
  const {
    key,
    id = defaultId,
    name,
    scopes,
    notBefore = 0,
    expiresAt = Infinity,
    rateLimit,
    allowFrom,
  } = record
  return Object.freeze({
    id,
    name,
    prefix: key === undefined ? (record.prefix ?? maskKey('')) : maskKey(key),
    subject: subjectOf(keyDigest),
    scopes: scopes && Object.freeze([...scopes]),
    notBefore,
    expiresAt,
    rateLimit,
    allowFrom: allowFrom && Object.freeze([...allowFrom]),
  })
}
