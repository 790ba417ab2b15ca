import { type KeyRecord, type KeySet, type KeyStoreListener, toKeySet } from '@chapkit/auth'
import { type Channels, type Listening, reasonOf } from '@chapkit/data'
import { KEY_CHANNEL, type KeyTable } from './key-table.ts'
import { type NewKey, type StoredKey, toKeyRecord } from './stored-key.ts'

/** Milliseconds without an answer after which the database counts as away. */
const PATIENCE = 5_000

/**
 * Follows the keys of a table. It looks at the revision each second, and at once when the database says so: messages may get
 * lost, on a connection that is dead and does not know it, or in a PgBouncer.
 */
export class KeyFeed {
  readonly #table: KeyTable
  readonly #channels: Channels | undefined
  readonly #interval: number
  #listener: KeyStoreListener | undefined
  #listening: Listening | undefined
  #timer: NodeJS.Timeout | undefined
  #keys = new Map<string, StoredKey>()
  #revision = Number.NaN
  #puts = 0
  #isLooking = false
  #isLate = false
  #isFailing = false
  #isClosed = false

  /** @param interval - Milliseconds between two looks at the revision. */
  constructor(table: KeyTable, channels: Channels | undefined, interval: number) {
    this.#table = table
    this.#channels = channels
    this.#interval = interval
  }

  /** Reads all keys. */
  async load(): Promise<void> {
    await this.#read(await this.#table.revision())
  }

  /** The keys that were not revoked. */
  get keys(): KeySet {
    return toKeySet(this.#records([]), 'the database')
  }

  /** How many keys there are, whatever their state. */
  get size(): number {
    return this.#keys.size
  }

  follow(listener: KeyStoreListener): void {
    this.#listener = listener
    this.#listening = this.#channels?.listen(KEY_CHANNEL, () => this.#wake())
    this.#wait()
  }

  /** Takes over what this process has just stored, before anybody is told of it: the text of a new key must not be logged. */
  put(...changed: readonly (StoredKey | NewKey)[]): void {
    this.#puts++
    for (const key of changed) {
      // Of two changes that came at once, the later one may be here already.
      const known = this.#keys.get(key.id)
      if (known === undefined || known.version <= key.version) this.#keys.set(key.id, withoutText(key))
    }
    const made = changed.filter((key) => 'key' in key)
    this.#listener?.changed(toKeySet(this.#records(made), 'the database'))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#listening?.close()
  }

  /** @param made - Keys whose text is known. */
  #records(made: readonly NewKey[]): KeyRecord[] {
    const valid = [...this.#keys.values()].filter(({ revokedAt }) => revokedAt === undefined)
    return valid.map((key) => toKeyRecord(made.find(({ id }) => id === key.id) ?? key))
  }

  #wait(): void {
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#wake(), this.#interval).unref()
  }

  #wake(): void {
    if (this.#isClosed) return
    // What is read now may be from before the message.
    if (this.#isLooking) this.#isLate = true
    else void this.#look()
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer)
    this.#isLooking = true
    const patience = setTimeout(() => this.#fail(`No answer within ${PATIENCE / 1000} s`), PATIENCE).unref()
    try {
      do {
        this.#isLate = false
        await this.#refresh()
      } while (this.#isLate && !this.#isClosed)
    } catch (error) {
      this.#fail(reasonOf(error))
    }
    clearTimeout(patience)
    this.#isLooking = false
    this.#wait()
  }

  async #refresh(): Promise<void> {
    const revision = await this.#table.revision()
    const isNew = revision !== this.#revision
    if (isNew) await this.#read(revision)
    if (this.#isClosed || !(isNew || this.#isFailing)) return
    this.#isFailing = false
    this.#listener?.changed(this.keys)
  }

  async #read(revision: number): Promise<void> {
    for (;;) {
      const puts = this.#puts
      const keys = await this.#table.list()
      // What was put meanwhile may be missing in what was read.
      if (puts !== this.#puts) continue
      this.#keys = new Map(keys.map((key) => [key.id, key]))
      this.#revision = revision
      return
    }
  }

  #fail(reason: string): void {
    if (this.#isFailing || this.#isClosed) return
    this.#isFailing = true
    this.#listener?.failed(`The database does not give the keys (${reason})`)
  }
}

function withoutText(key: StoredKey | NewKey): StoredKey {
  return Object.fromEntries(Object.entries(key).filter(([name]) => name !== 'key')) as unknown as StoredKey
}
