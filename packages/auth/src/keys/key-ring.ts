import type { ApiKey } from './api-key.ts'
import { digest } from './digest.ts'
import { KeyFinder } from './find-keys.ts'
import { hasValidChecksum, isGeneratedKey } from './generated-key.ts'
import { KeyFilter } from './key-filter.ts'
import type { KeySet } from './key-set.ts'
import { maskKey } from './mask-key.ts'
import { type Secret, secretsOf } from './secret.ts'

/** What an exchange of the keys changed. */
export interface KeyChanges {
  readonly added: number
  readonly removed: number
  /** How many stayed and have other properties: scopes, a date, an id. */
  readonly changed: number
}

/** A key of the ring. */
interface Entry {
  key: ApiKey
  /** Whether its text is not known, since it was given as a hash, and was not sent yet. */
  unseen: boolean
}

/**
 * The keys that the service knows now, expired ones among them. It holds digests only, so looking up takes the same time
 * for 10 keys as for 100,000, and tells nothing by its time.
 *
 * It also takes keys out of texts (it is a `SecretRecogniser` of core), those that were known before among them: other
 * replicas of the service may still accept a key that was rotated out here.
 */
export class KeyRing {
  /** Lengths of the keys that are too short to be found by their beginning. */
  readonly lengths = new Set<number>()
  readonly #secrets = new Set<string>()
  readonly #finder = new KeyFinder()
  readonly #learned = new KeyFilter()
  readonly #listeners: (() => void)[] = []
  #byDigest: ReadonlyMap<string, Entry> = new Map()
  #bySubject: ReadonlyMap<string, Entry> = new Map()
  #filter: KeyFilter
  #hashed: boolean

  constructor(keys: KeySet) {
    this.#filter = keys.filter
    this.#hashed = false
    this.replace(keys)
  }

  /** How many keys there are. */
  get size(): number {
    return this.#byDigest.size
  }

  /** The keys, in an order that means nothing. */
  get keys(): readonly ApiKey[] {
    return Array.from(this.#byDigest.values(), ({ key }) => key)
  }

  /** The key with this text, though it may be expired or not valid yet. */
  find(key: string): ApiKey | undefined {
    // Nobody was ever given a key of the generated shape with a wrong checksum.
    if (isGeneratedKey(key) && !hasValidChecksum(key)) return undefined
    const entry = this.#byDigest.get(digest(key))
    if (entry === undefined) return undefined
    if (entry.unseen) this.#learn(key, entry)
    return entry.key
  }

  /**
   * Whether it is worth looking for the key: false for nearly all that would not be found, at a small part of the cost. For
   * addresses that sent too many wrong keys: they make the service hash no more of them, and their right keys are found.
   *
   * Of a key that is known by its hash alone and was not sent yet nothing but its shape can be told: any generated key with
   * the right checksum may be it. One of another shape passes only once it was sent from elsewhere.
   */
  mayHave(key: string): boolean {
    return (
      this.#filter.mayHave(key) ||
      (this.#hashed && (this.#learned.mayHave(key) || (isGeneratedKey(key) && hasValidChecksum(key))))
    )
  }

  /**
   * Whether a key that was found before, perhaps in keys that were exchanged since, is still one that is valid: for what
   * goes on after the request was let in.
   */
  isCurrent({ subject }: ApiKey): boolean {
    const key = this.#bySubject.get(subject)?.key
    if (key === undefined) return false
    const now = Date.now()
    return key.notBefore <= now && now < key.expiresAt
  }

  /** Calls this after each exchange of the keys. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** Whether this is a key that is or was known. */
  has(word: string): boolean {
    return this.#secrets.has(digest(word))
  }

  /** The text without keys of 4 characters and more. */
  redact(text: string): string {
    return this.#finder.redact(text, (word) => this.has(word))
  }

  /** Makes these the keys, at once. */
  replace({ byDigest, hashed, filter, secrets }: KeySet): KeyChanges {
    const before = this.#byDigest
    const entries = Array.from(byDigest, ([id, key]) => [id, { key, unseen: hashed.has(id) }] as const)
    this.#byDigest = new Map(entries)
    this.#bySubject = new Map(entries.map(([, entry]) => [entry.key.subject, entry]))
    this.#filter = filter
    this.#hashed = hashed.size > 0
    this.#hide(secrets)
    for (const listener of this.#listeners) listener()
    return changesBetween(before, byDigest)
  }

  /** A hash tells neither what logs may show of its key, nor what they must not: the key itself does. */
  #learn(key: string, entry: Entry): void {
    entry.key = Object.freeze({ ...entry.key, prefix: maskKey(key) })
    entry.unseen = false
    this.#learned.add(key)
    this.#hide(secretsOf(key))
  }

  #hide(secrets: readonly Secret[]): void {
    for (const { digest, length, start } of secrets) {
      this.#secrets.add(digest)
      if (start === undefined) this.lengths.add(length)
      else this.#finder.add(start, length)
    }
  }
}

function changesBetween(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, ApiKey>): KeyChanges {
  let added = 0
  let changed = 0
  for (const [id, key] of after) {
    const entry = before.get(id)
    if (entry === undefined) added++
    else if (detailsOf(entry.key) !== detailsOf(key)) changed++
  }
  return { added, removed: before.size + added - after.size, changed }
}

/** All but the prefix, which a key that is known by its hash may have got since. */
function detailsOf(key: ApiKey): string {
  return JSON.stringify({ ...key, prefix: undefined })
}
