import { KeyFinder } from './find-keys.ts'
import { type ApiKey, digest, type KeySet } from './key-set.ts'

/** What an exchange of the keys changed. */
export interface KeyChanges {
  readonly added: number
  readonly removed: number
}

/**
 * The keys that are valid now. It holds digests only, so looking up takes the same time for 10 keys as for 100,000, and
 * tells nothing by its time.
 *
 * It also takes keys out of texts (it is a `SecretRecogniser` of core), those that were valid before among them: other
 * replicas of the service may still accept a key that was rotated out here.
 */
export class KeyRing {
  /** Lengths of the keys that are too short to be found by their beginning. */
  readonly lengths = new Set<number>()
  readonly #secrets = new Set<string>()
  readonly #finder = new KeyFinder()
  #valid: ReadonlyMap<string, ApiKey> = new Map()

  constructor(keys: KeySet) {
    this.replace(keys)
  }

  /** How many keys are valid. */
  get size(): number {
    return this.#valid.size
  }

  /** The valid key with this text. */
  find(key: string): ApiKey | undefined {
    return this.#valid.get(digest(key))
  }

  /** Whether this is a key that is or was valid. */
  has(word: string): boolean {
    return this.#secrets.has(digest(word))
  }

  /** The text without keys of 4 characters and more. */
  redact(text: string): string {
    return this.#finder.redact(text, (word) => this.has(word))
  }

  /** Makes these the valid keys, at once. */
  replace({ byDigest, secrets }: KeySet): KeyChanges {
    const before = this.#valid
    this.#valid = byDigest
    for (const { digest, length, start } of secrets) {
      this.#secrets.add(digest)
      if (start === undefined) this.lengths.add(length)
      else this.#finder.add(start, length)
    }
    return {
      added: [...byDigest.keys()].filter((id) => !before.has(id)).length,
      removed: [...before.keys()].filter((id) => !byDigest.has(id)).length,
    }
  }
}
