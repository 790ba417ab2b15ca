import { digest } from './digest.ts'
import { FINDABLE_LENGTH, startOf } from './find-keys.ts'

/** A text that must not be shown: a key in one of its spellings. */
export interface Secret {
  readonly digest: string
  /** In characters. */
  readonly length: number
  /** Hash of its beginning, where it is long enough to be found by that. */
  readonly start: number | undefined
}

/** What must not be shown of a key: itself, as JSON writes it, and as JSON in a line of the log does. */
export function secretsOf(key: string): Secret[] {
  const escaped = JSON.stringify(key).slice(1, -1)
  const spellings = new Set([key, escaped, JSON.stringify(escaped).slice(1, -1)])
  return Array.from(spellings, toSecret)
}

function toSecret(text: string): Secret {
  return {
    digest: digest(text),
    length: text.length,
    start: text.length < FINDABLE_LENGTH ? undefined : startOf(text),
  }
}
