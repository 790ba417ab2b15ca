import { REDACTED } from '@chapkit/core'

/** Characters by which a key is found. What is shorter is found by core, as a word. */
export const FINDABLE_LENGTH = 4

/** A key that is shorter than this could be a part of an ordinary word. */
const LEAST_LENGTH_INSIDE_WORDS = 8

const WORD = /[0-9A-Za-z_]/

/**
 * Finds keys in any text, in one pass, without knowing them: by a rolling hash of their first 4 characters (Rabin and Karp),
 * and then by the digest of the whole.
 */
export class KeyFinder {
  /** Lengths of the keys that begin with the characters of a hash, longest first. */
  readonly #lengths = new Map<number, number[]>()
  /** Passes over most places of a text at little cost. */
  readonly #filter = new Uint8Array(1 << 16)

  /** Adds a key by the hash of its beginning ({@link startOf}) and its length. */
  add(start: number, length: number): void {
    const lengths = this.#lengths.get(start) ?? []
    if (lengths.includes(length)) return
    this.#lengths.set(
      start,
      [...lengths, length].sort((a, b) => b - a),
    )
    this.#filter[slotOf(start)] = 1
  }

  /** The text with `***` for each key. */
  redact(text: string, isKey: (word: string) => boolean): string {
    const filter = this.#filter
    let result = ''
    let kept = 0
    let hash = 0
    for (let end = 1; end <= text.length; end++) {
      hash = roll(hash, text.charCodeAt(end - 1))
      if (filter[slotOf(hash)] === 0) continue
      const start = end - FINDABLE_LENGTH
      if (start < kept) continue
      const length = this.#lengths
        .get(hash)
        ?.find((length) => mayBeKey(text, start, length) && isKey(text.slice(start, start + length)))
      if (length === undefined) continue
      result += text.slice(kept, start) + REDACTED
      kept = start + length
    }
    return kept === 0 ? text : result + text.slice(kept)
  }
}

/** Hash of the first 4 characters of a key. */
export function startOf(key: string): number {
  let hash = 0
  for (let at = 0; at < FINDABLE_LENGTH; at++) hash = roll(hash, key.charCodeAt(at))
  return hash
}

/** Of 32 bits each character moves the others on by 8: the one before the last 4 drops out by itself. */
function roll(hash: number, char: number): number {
  return ((hash << 8) + char) | 0
}

/** Spreads hashes over the 65,536 places of the filter (Fibonacci hashing). */
function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 16
}

/** A short key is one only where it is no part of a longer word. */
function mayBeKey(text: string, start: number, length: number): boolean {
  if (length >= LEAST_LENGTH_INSIDE_WORDS) return true
  // In JSON a line end is `\\n`: its letter is no part of a word.
  const escaped = text.charAt(start - 2) === '\\'
  return (escaped || !WORD.test(text.charAt(start - 1))) && !WORD.test(text.charAt(start + length))
}
