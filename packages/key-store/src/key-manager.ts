import { Problem } from '@chapkit/core'
import { changed, EntityManager, missing, parseUlid, type WriteOptions } from '@chapkit/data'
import type { DatabaseKeyStore } from './database-keys.ts'
import { readCreation, readReplacement, readRotation } from './key-input.ts'
import type { KeyTable } from './key-table.ts'
import { keyState, makeKey, type NewKey, SETTINGS, type StoredKey } from './stored-key.ts'

/** The keys of a service, for clients that may manage them. What it has changed counts in this process before it answers. */
export class KeyManager extends EntityManager<StoredKey, unknown> {
  readonly #store: DatabaseKeyStore
  readonly #table: KeyTable

  constructor(store: DatabaseKeyStore) {
    super({
      name: 'key',
      members: Object.keys(SETTINGS),
      store: store.table,
      check: {
        check: (body) => ({ ...readReplacement(body) }),
        complete: () => undefined,
      },
    })
    this.#store = store
    this.#table = store.table
  }

  override async create(body: unknown): Promise<NewKey> {
    const { settings, environment } = readCreation(body)
    const made = makeKey(settings, environment)
    await this.#table.change(() => this.#table.insert(made))
    this.#store.put(made)
    return made
  }

  override async replace(id: string, body: unknown, options: WriteOptions = {}): Promise<StoredKey> {
    this.checked(body)
    const replaced = await this.#change(id, {}, async (before) => {
      assertNotRevoked(before)
      return super.replace(before.id, body, options)
    })
    this.#store.put(replaced)
    return replaced
  }

  /** Makes a key invalid for ever; it stays in the list. */
  override async delete(id: string, options: WriteOptions = {}): Promise<boolean> {
    this.#store.put(await this.#change(id, options, (before) => this.#table.revoke(before)))
    return true
  }

  /** Makes a key that may do what an old one may, which ends after a while. */
  async rotate(id: string, body: unknown, options: WriteOptions = {}): Promise<NewKey> {
    const { until, expiresAt } = readRotation(body)
    let made: NewKey | undefined
    const ended = await this.#change(id, options, async (before) => {
      made = replacement(before, expiresAt)
      await this.#table.insert(made)
      return this.#table.end(before, until)
    })
    this.#store.put(ended, made as unknown as NewKey)
    return made as unknown as NewKey
  }

  /** Changes one key, and makes sure that somebody may still manage keys afterwards. */
  async #change(
    id: string,
    { ifVersions }: WriteOptions,
    change: (before: StoredKey) => Promise<StoredKey>,
  ): Promise<StoredKey> {
    const key = parseUlid(id)
    return this.#table.change(async () => {
      const before = await this.#table.findById(key, { lock: true })
      if (!before) throw missing(key)
      if (ifVersions && !ifVersions.includes(before.version)) throw changed(key)
      const after = await change(before)
      await this.#table.assertAdminLeft(before)
      return after
    })
  }
}

function assertNotRevoked(key: StoredKey): void {
  if (key.revokedAt) throw new Problem('conflict', 'This key was revoked, and stays so; make a new one.')
}

/** What the old key was, and not its dates where they are over. */
function replacement(old: StoredKey, wanted: Date | undefined): NewKey {
  assertNotRevoked(old)
  if (wanted === undefined && keyState(old) === 'expired') {
    throw new Problem(
      'conflict',
      'This key has expired; say until when the new one is valid, with expires_at.',
    )
  }
  const { name, scopes, rateLimit, allowFrom, notBefore, expiresAt } = old
  const [, environment = 'prod'] = /^sk_([0-9A-Za-z]+)_$/.exec(old.prefix) ?? []
  return makeKey(
    { name, scopes, rateLimit, allowFrom, notBefore, expiresAt: wanted ?? expiresAt },
    environment,
  )
}
