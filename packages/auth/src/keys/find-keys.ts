import { REDACTED } from '@chapkit/core'

/** Characters of a key that are looked for. Shorter keys are ordinary words too often to be found inside of others. */
export const FINDABLE_LENGTH = 8

const BASE = 0x01000193
const TOP = power(BASE, FINDABLE_LENGTH)
const FILTER_SIZE = 1 << 16

/**
 * Finds keys in any text, in one pass, without knowing them: by a rolling hash of their first 8 characters (Rabin and Karp),
 * and then by the digest of the whole.
 */
export class KeyFinder {
  /** Lengths of the keys that begin with the characters of a hash, longest first. */
  readonly #lengths = new Map<number, number[]>()
  /** Most places of a text are left out by one look at this. */
  readonly #filter = new Uint8Array(FILTER_SIZE)

  /** Adds a key by the hash of its beginning ({@link startOf}) and its length. */
  add(start: number, length: number): void {
    const lengths = this.#lengths.get(start) ?? []
    if (lengths.includes(length)) return
    this.#lengths.set(
      start,
      [...lengths, length].sort((a, b) => b - a),
    )
    this.#filter[start & (FILTER_SIZE - 1)] = 1
  }

  /** The text with `***` for each key. */
  redact(text: string, isKey: (word: string) => boolean): string {
    let result = ''
    let kept = 0
    let hash = 0
    for (let at = 0; at < text.length; at++) {
      const leaving = at < FINDABLE_LENGTH ? 0 : Math.imul(text.charCodeAt(at - FINDABLE_LENGTH), TOP)
      hash = (Math.imul(hash, BASE) + text.charCodeAt(at) - leaving) | 0
      if (this.#filter[hash & (FILTER_SIZE - 1)] === 0) continue
      const start = at + 1 - FINDABLE_LENGTH
      const length =
        start < kept ? undefined : this.#lengths.get(hash)?.find((l) => isKey(text.slice(start, start + l)))
      if (length === undefined) continue
      result += text.slice(kept, start) + REDACTED
      kept = start + length
    }
    return result + text.slice(kept)
  }
}

/** Hash of the first 8 characters of a key. */
export function startOf(key: string): number {
  let hash = 0
  for (let at = 0; at < FINDABLE_LENGTH; at++) hash = (Math.imul(hash, BASE) + key.charCodeAt(at)) | 0
  return hash
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let times = 0; times < exponent; times++) result = Math.imul(result, base)
  return result
}
