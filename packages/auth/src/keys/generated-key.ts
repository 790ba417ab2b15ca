import { randomInt } from 'node:crypto'
import { crc32 } from './crc32.ts'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 32
const CHECKSUM_LENGTH = 6

/**
 * Regular expression for scanners that look for secrets in code and logs: it finds what {@link generateApiKey} makes. It
 * is the text of one for RE2 and Hyperscan (gitleaks, GitHub) as well as for JavaScript, and runs in linear time.
 */
export const API_KEY_PATTERN = String.raw`\bsk_[0-9A-Za-z]+_[0-9A-Za-z]{38}\b`

/** Regular expression of what may stand in a key for its environment: `prod`, `staging`, `dev`. */
export const ENVIRONMENT_PATTERN = '^[0-9A-Za-z]{1,32}$'

const SHAPE = /^sk_[0-9A-Za-z]+_[0-9A-Za-z]{38}$/
const CUT_SHAPE = /^(?:s|sk|sk_[0-9A-Za-z]*|sk_[0-9A-Za-z]+_[0-9A-Za-z]{0,37})$/

/**
 * Makes a new key: `sk_<environment>_`, 32 random characters of base62 (190 bits), and a checksum of 6.
 *
 * The checksum is the CRC-32 (as in zlib) of all that stands before it, in ASCII, written in base62 with the digits
 * 0-9, A-Z, a-z, most significant first, filled up with `0` on the left.
 *
 * @param environment - Letters and digits: `prod`, `staging`, `dev`.
 * @throws RangeError when the environment holds anything else.
 */
export function generateApiKey(environment: string): string {
  if (!/^[0-9A-Za-z]+$/.test(environment)) {
    throw new RangeError(
      `The environment of a key is letters and digits, such as 'prod' (got '${environment}').`,
    )
  }
  const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS.charAt(randomInt(DIGITS.length))).join('')
  const unsigned = `sk_${environment}_${random}`
  return unsigned + checksum(unsigned)
}

/** Whether the key has the shape of a generated one. */
export function isGeneratedKey(key: string): boolean {
  return SHAPE.test(key)
}

/** Whether the checksum of a generated key is right; else it was mistyped or cut. */
export function hasValidChecksum(key: string): boolean {
  const end = key.length - CHECKSUM_LENGTH
  let rest = crc32(key, end)
  for (let at = key.length - 1; at >= end; at--) {
    if (key.charCodeAt(at) !== DIGITS.charCodeAt(rest % DIGITS.length)) return false
    rest = Math.floor(rest / DIGITS.length)
  }
  return true
}

/** Whether this could be the beginning of a generated key. */
export function isCutGeneratedKey(key: string): boolean {
  return CUT_SHAPE.test(key)
}

function checksum(text: string): string {
  let rest = crc32(text, text.length)
  let result = ''
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit++) {
    result = DIGITS.charAt(rest % DIGITS.length) + result
    rest = Math.floor(rest / DIGITS.length)
  }
  return result
}
