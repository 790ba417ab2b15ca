import { Problem, ulidFactory } from '@chapkit/core'

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i

/**
 * A new ULID, greater than all that this process made before: ordered by id is ordered by time. The only state it shares
 * is the last id, so two services of one process never make the same one.
 */
export const createUlid: () => string = ulidFactory()

/**
 * Reads an id that a client sent. Lower case is accepted and given back in upper case.
 *
 * @param instance - Path of what it is the id of, for the problem. Default: that of the request.
 * @throws Problem invalid-ulid (400) for what is no ULID: another length, another letter, or more than 128 bits.
 */
export function parseUlid(text: string, instance?: string): string {
  if (!ULID.test(text)) {
    const options = instance === undefined ? {} : { instance }
    throw new Problem('invalid-ulid', `Invalid ULID format: ${text}`, options)
  }
  return text.toUpperCase()
}
