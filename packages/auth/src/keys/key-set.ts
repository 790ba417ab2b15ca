import { hash } from 'node:crypto'
import { ApiKeyChecksumError } from '../errors.ts'
import { FINDABLE_LENGTH, startOf } from './find-keys.ts'
import { hasValidChecksum, isGeneratedKey } from './generated-key.ts'
import { maskKey } from './mask-key.ts'
import type { ConfiguredKey } from './parse-keys.ts'

/** What is known of a key once it was loaded. */
export interface ApiKey {
  /** Its first 7 characters where it has at least 14, else `***`. */
  readonly prefix: string
}

/** Keys without their text: what stays in memory. */
export interface KeySet {
  readonly byDigest: ReadonlyMap<string, ApiKey>
  /** What takes the keys out of logs and problems. */
  readonly secrets: readonly Secret[]
  /** How many have under 16 characters, and could be guessed. */
  readonly short: number
  /** How many hold something else than printable ASCII, which clients encode in different ways. */
  readonly nonAscii: number
}

/** A text that must not be shown: a key in one of its spellings. */
export interface Secret {
  readonly digest: string
  /** In characters. */
  readonly length: number
  /** Hash of its beginning, where it is long enough to be found by that. */
  readonly start: number | undefined
}

/** Characters that a key should have at least. */
const ADVISED_LENGTH = 16

/**
 * Turns keys into their digests; duplicates become one.
 *
 * @param source - Where the keys come from, for the error: `/run/secrets/api_keys`.
 * @throws CHAPKIT_ERR_API_KEY_CHECKSUM for a key of the generated shape with a wrong checksum. It names the place, not the key.
 */
export function toKeySet(keys: readonly ConfiguredKey[], source: string): KeySet {
  const byDigest = new Map<string, ApiKey>()
  const secrets: Secret[] = []
  let short = 0
  let nonAscii = 0
  for (const { key, place } of keys) {
    if (isGeneratedKey(key) && !hasValidChecksum(key)) {
      throw new ApiKeyChecksumError(
        `The API key in ${place} of ${source} was mistyped or cut: its checksum is wrong. Copy it again, whole.`,
      )
    }
    const id = digest(key)
    if (byDigest.has(id)) continue
    byDigest.set(id, Object.freeze({ prefix: maskKey(key) }))
    for (const text of spellingsOf(key)) secrets.push(toSecret(text))
    if (key.length < ADVISED_LENGTH) short++
    if (!/^[\x20-\x7e]+$/.test(key)) nonAscii++
  }
  // In the order of digests: the place of a key in a table of hashes must not tell its place in the list.
  const ordered = new Map([...byDigest].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { byDigest: ordered, secrets, short, nonAscii }
}

/** A key as it is, as JSON writes it, and as JSON in a line of the log does. */
function spellingsOf(key: string): Set<string> {
  const escaped = JSON.stringify(key).slice(1, -1)
  return new Set([key, escaped, JSON.stringify(escaped).slice(1, -1)])
}

function toSecret(text: string): Secret {
  return {
    digest: digest(text),
    length: text.length,
    start: text.length < FINDABLE_LENGTH ? undefined : startOf(text),
  }
}

/**
 * SHA-256 of a key. The 32 bytes are one string of 32 characters: the cheapest form to make and to look up.
 *
 * Node reads the bytes of a header value as latin-1, one character a byte. So a configured `é` is matched by the byte E9,
 * and not by the two bytes that it has in UTF-8.
 */
export function digest(key: string): string {
  return hash('sha256', key, 'binary')
}
