import type { KnownKey } from './known-key.ts'

/** Where a connection keeps the key that it was let in with last, which a map would look up at more cost. */
const LAST = Symbol('chapkit.key')

/** Characters of the longest key that is kept; longer ones are hashed each time. */
const SIZE = 256

interface Last {
  readonly length: number
  /** The characters of the key, which are bytes in a header, and zeros up to {@link SIZE}. */
  readonly text: Uint8Array
  readonly known: KnownKey
  /** Which keys it was found in. */
  readonly keys: object
}

/**
 * Keys that connections have sent before: nearly all requests of a connection have the same key, and only the first of them is to
 * pay for its hash. A key is kept as long as its connection is open.
 */
export class SentBefore {
  /** Stands for the keys that the service knows now. */
  #keys = {}

  /** Forgets all: the keys were exchanged. */
  clear(): void {
    this.#keys = {}
  }

  /** The key with this text, if the connection sent it last. */
  find(connection: object, sent: string): KnownKey | undefined {
    const last = (connection as { [LAST]?: Last })[LAST]
    if (last === undefined || last.keys !== this.#keys || !areEqual(last, sent)) return undefined
    return last.known
  }

  /** Keeps a key that a connection sent. */
  keep(connection: object, sent: string, known: KnownKey): void {
    const { length } = sent
    if (length > SIZE) return
    const text = new Uint8Array(SIZE)
    for (let at = 0; at < length; at++) text[at] = sent.charCodeAt(at)
    const last: Last = { length, text, known, keys: this.#keys }
    Object.assign(connection, { [LAST]: last })
  }
}

/**
 * Compares without telling by its time how much is equal, or how long the kept text is: a proxy sends requests of many clients over
 * one connection. (That of node:crypto wants bytes, and to make them costs more than to hash.)
 */
function areEqual({ length, text }: Last, sent: string): boolean {
  let difference = length ^ sent.length
  for (let at = 0; at < sent.length; at++) difference |= (text[at % SIZE] as number) ^ sent.charCodeAt(at)
  return difference === 0
}
