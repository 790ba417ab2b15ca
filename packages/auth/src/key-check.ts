import { Problem } from '@chapkit/core'
import type { KeyRing } from './keys/key-ring.ts'
import type { ApiKey } from './keys/key-set.ts'
import { maskKey } from './keys/mask-key.ts'

/** Looks for a valid key in the header lines of a request: name, value, name, value, …, as Node's `rawHeaders` has them. */
export interface KeyCheck {
  /** The key of the request, where it has a valid one. */
  find(lines: readonly string[]): ApiKey | undefined
  /** What to log and to answer where it has none. */
  refusal(lines: readonly string[]): Refusal
}

/** Why a request is refused. */
export interface Refusal {
  readonly event: 'auth.missing_key' | 'auth.invalid_key'
  readonly fields: { readonly key_prefix?: string }
  readonly problem: Problem
}

/** Makes the check for keys in the given header. The whole value of the header is the key. */
export function keyCheck(ring: KeyRing, headerName: string): KeyCheck {
  const name = headerName.toLowerCase()
  const options = { headers: { 'www-authenticate': challenge(headerName) } }
  const missing = new Problem('unauthorized', `Missing authentication header: ${headerName}`, options)
  const invalid = new Problem('unauthorized', 'Invalid API key', options)
  return {
    find(lines) {
      const sent = readHeader(lines, name)
      return sent === '' || sent === CONFLICT ? undefined : ring.find(sent)
    },
    refusal(lines) {
      const sent = readHeader(lines, name)
      if (sent === '') return { event: 'auth.missing_key', fields: {}, problem: missing }
      const prefix = maskKey(sent === CONFLICT ? '' : sent)
      return { event: 'auth.invalid_key', fields: { key_prefix: prefix }, problem: invalid }
    },
  }
}

/** A challenge is a must with 401 (RFC 9110, section 11.6.1). No scheme is registered for keys in a header of their own. */
function challenge(headerName: string): string {
  return `ApiKey realm="chapkit", header="${headerName}"`
}

/** Stands for a header that was sent twice with different values. */
const CONFLICT = Symbol('conflict')

/**
 * Value of a header, empty where it is missing. It reads the lines as they were sent: of two lines of one name Node joins
 * most into one value, and of some (`Authorization`) it drops the second, so that a proxy may have looked at another key.
 */
function readHeader(lines: readonly string[], name: string): string | typeof CONFLICT {
  let value: string | undefined
  for (let at = 0; at < lines.length; at += 2) {
    const sent = lines[at] as string
    if (sent.length !== name.length || sent.toLowerCase() !== name) continue
    const next = lines[at + 1] as string
    if (value === undefined) value = next
    // An empty first line means no key, whatever follows.
    else if (value !== '' && value !== next) return CONFLICT
  }
  return value ?? ''
}
