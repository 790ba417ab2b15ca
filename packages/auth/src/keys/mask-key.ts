/** Characters of a key that a log may show: enough to tell which environment it belongs to. */
export const SHOWN = 7

/** A key of which the shown part would be more than half shows nothing. */
const LEAST_LENGTH = 2 * SHOWN

/** What may be logged of a key: its first 7 characters where it has at least 14, else `***`. */
export function maskKey(key: string): string {
  return key.length < LEAST_LENGTH ? '***' : key.slice(0, SHOWN)
}
