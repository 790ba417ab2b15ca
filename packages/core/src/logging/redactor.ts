import { decodePercent } from '../requests/request-path.ts'

/**
 * Knows secrets without holding them. `auth` gives one over its key ring, so that a key is taken out of every log line
 * and problem document wherever it turns up.
 */
export interface SecretRecogniser {
  /** Lengths (in characters) that a secret may have: only words of these lengths are looked up. */
  readonly lengths: ReadonlySet<number>
  /** Whether the word is a secret. */
  has(word: string): boolean
  /** The text without those secrets that are found wherever they stand, and not only as words of their own. */
  redact?(text: string): string
}

/** What a secret is replaced by. */
export const REDACTED = '***'

// What has the shape of a key (sk_<environment>_<random>) is taken out even when no module knows it.
const KEY_SHAPE = /sk_[A-Za-z0-9]+_[A-Za-z0-9_+/=.~-]+/g

/** Takes secrets out of text. One a service. */
export class Redactor {
  /** Set while a line is written of which is known that it holds no secret. */
  trusting = false
  readonly #recognisers: SecretRecogniser[] = []

  /** Adds secrets to recognise, from now on. */
  add(recogniser: SecretRecogniser): void {
    this.#recognisers.push(recogniser)
  }

  /** The text without its secrets. */
  redact(text: string): string {
    const known = this.#recognisers.reduce(
      (rest, recogniser) => redactWords(recogniser.redact?.(rest) ?? rest, recogniser),
      text,
    )
    return known.includes('sk_') ? known.replace(KEY_SHAPE, REDACTED) : known
  }

  /** A query as it was sent; values that hold a secret once they are decoded are replaced whole. */
  redactQuery(query: string): string {
    const redacted = this.redact(query)
    if (!/[%+]/.test(redacted)) return redacted
    const rest = redacted.replace(/[^&=]+/g, (part) => (this.#isInside(part) ? REDACTED : part))
    // A secret may have these characters itself.
    return this.#isInside(rest) ? REDACTED : rest
  }

  /** Whether a text holds a secret once it is decoded; a `+` may be one, or a space. */
  #isInside(text: string): boolean {
    return [text, text.replaceAll('+', ' ')].map(decodePercent).some((plain) => this.redact(plain) !== plain)
  }
}

/** Cuts the text into words in one pass and replaces those that the recogniser knows. */
function redactWords(text: string, recogniser: SecretRecogniser): string {
  if (recogniser.lengths.size === 0) return text
  let result = ''
  let kept = 0
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isDelimiter(text.charCodeAt(at))) continue
    const length = at - start
    if (recogniser.lengths.has(length) && recogniser.has(text.slice(start, at))) {
      result += text.slice(kept, start) + REDACTED
      kept = at
    }
    // In a line of JSON a line end is `\\n`: the letter after the backslash is no part of the word.
    if (text.charCodeAt(at) === BACKSLASH) at++
    start = at + 1
  }
  return kept === 0 ? text : result + text.slice(kept)
}

/** White space and what separates values in URLs, headers, JSON and error texts: `" ' , : ; = & ? / \ ( ) < > [ ] { } |` */
function isDelimiter(code: number): boolean {
  return code < 128 && DELIMITERS[code] === 1
}

const BACKSLASH = 92
const DELIMITERS = new Uint8Array(128)
for (let code = 0; code <= 32; code++) DELIMITERS[code] = 1
for (const char of `"',:;=&?/\\()<>[]{}|\``) DELIMITERS[char.charCodeAt(0)] = 1
