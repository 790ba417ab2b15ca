import { hash } from 'node:crypto'

/**
 * SHA-256 of a key. The 32 bytes are one string of 32 characters: the cheapest form to make and to look up.
 *
 * Node reads the bytes of a header value as latin-1, one character a byte. So a configured `é` is matched by the byte E9,
 * and not by the two bytes that it has in UTF-8.
 */
export function digest(key: string): string {
  return hash('sha256', key, 'binary')
}

/** What stands for a key where its text must not: `sha256:` and the 64 hexadecimal digits of its SHA-256. */
export function hashApiKey(key: string): string {
  return `sha256:${hash('sha256', key, 'hex')}`
}

/** The digest that a hash of {@link hashApiKey} is. */
export function digestOf(keyHash: string): string {
  return Buffer.from(keyHash.slice('sha256:'.length), 'hex').toString('latin1')
}

/** Whether this is what {@link hashApiKey} makes; digits may be capitals. */
export function isApiKeyHash(text: string): boolean {
  return /^sha256:[0-9A-Fa-f]{64}$/.test(text)
}

/**
 * Tells a key from all others and does not tell its digest, by which it could be looked for in a list of leaked ones. The
 * text before it makes this a hash of its own kind; 22 characters are 132 bits.
 */
export function subjectOf(keyDigest: string): string {
  const hex = Buffer.from(keyDigest, 'latin1').toString('hex')
  return hash('sha256', `chapkit.api-key.subject:${hex}`, 'base64url').slice(0, 22)
}
