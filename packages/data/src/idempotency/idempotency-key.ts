import { Problem } from '@chapkit/core'

/**
 * The key that a client sent; undefined when it sent none.
 *
 * @throws Problem bad-request (400) for one that is empty, longer than 255 characters, or not printable ASCII.
 */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(header)) return header
  throw new Problem('bad-request', 'Idempotency-Key must have 1 to 255 printable ASCII characters.')
}
