import { type ApiKey, digest, type KeySet } from './key-set.ts'

/** What an exchange of the keys changed. */
export interface KeyChanges {
  readonly added: number
  readonly removed: number
}

/**
 * The keys that are valid now. It holds digests only, so looking up takes the same time for 10 keys as for 100,000, and
 * tells nothing by its time.
 */
export class KeyRing {
  #valid: ReadonlyMap<string, ApiKey>
  // Keys that were rotated out stay secrets: other replicas may still accept them.
  readonly #retired = new Set<string>()
  readonly #lengths: Set<number>

  constructor(keys: KeySet) {
    this.#valid = keys.byDigest
    this.#lengths = new Set(keys.lengths)
  }

  /** How many keys are valid. */
  get size(): number {
    return this.#valid.size
  }

  /** Lengths of all keys that are or were valid. */
  get lengths(): ReadonlySet<number> {
    return this.#lengths
  }

  /** The valid key with this text. */
  find(key: string): ApiKey | undefined {
    return this.#valid.get(digest(key))
  }

  /** Whether this is a key that is or was valid: a secret. */
  has(word: string): boolean {
    const id = digest(word)
    return this.#valid.has(id) || this.#retired.has(id)
  }

  /** Makes these the valid keys, at once. */
  replace({ byDigest, lengths }: KeySet): KeyChanges {
    const before = this.#valid
    const removed = [...before.keys()].filter((id) => !byDigest.has(id))
    const added = [...byDigest.keys()].filter((id) => !before.has(id))
    for (const id of removed) this.#retired.add(id)
    for (const length of lengths) this.#lengths.add(length)
    this.#valid = byDigest
    return { added: added.length, removed: removed.length }
  }
}
