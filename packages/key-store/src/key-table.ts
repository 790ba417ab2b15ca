import { grants } from '@chapkit/auth'
import { Problem } from '@chapkit/core'
import { createUlid, type Database, type Entity, SqlEntityStore } from '@chapkit/data'
import { KEY_STREAM, keyMigrations } from './migrations.ts'
import { FIELDS, keyState, type KeySettings, SETTINGS, type StoredKey } from './stored-key.ts'

/** Channel by which replicas learn that keys changed. */
export const KEY_CHANNEL = 'chapkit_keys'

/** What a key must be allowed to do to manage keys. */
export const ADMIN_SCOPE = 'keys:admin'

/**
 * The keys in a database. Each change is one transaction, and raises the revision first: so changes come one after the
 * other, and whoever polls the revision, or listens, misses none.
 */
export class KeyTable extends SqlEntityStore<StoredKey> {
  readonly #settings: SqlEntityStore<Entity & KeySettings>

  /** @param database - Stays the caller's: it is not closed. */
  constructor(database: Database) {
    super(database, { table: 'keys', fields: FIELDS })
    this.#settings = new SqlEntityStore(database, { table: 'keys', fields: SETTINGS })
  }

  /** Makes the tables where they are missing. */
  async migrate(): Promise<void> {
    await this.database.migrate(KEY_STREAM, keyMigrations)
  }

  /** A number that is another one after each change. */
  async revision(): Promise<number> {
    const { rows } = await this.database.query<{ revision: unknown }>('select revision from key_revision', [])
    return Number(rows[0]?.revision)
  }

  /** Runs `work`, which changes keys; all replicas learn of it. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query('update key_revision set revision = revision + 1', [])
      const result = await work()
      await this.database.channels?.notify(KEY_CHANNEL)
      return result
    })
  }

  /** Replaces what can be changed of a key; the rest stays. */
  override async replace(entity: Omit<StoredKey, 'createdAt'>, ifVersions?: readonly string[]) {
    const outcome = await this.#settings.replace(entity, ifVersions)
    if (typeof outcome === 'string' || 'duplicate' in outcome) return outcome
    return (await this.findById(entity.id)) as StoredKey
  }

  /** Within {@link change}: writes all of a key that is there. */
  async save(key: StoredKey): Promise<StoredKey> {
    const saved = { ...key, version: createUlid(), updatedAt: new Date() }
    await super.replace(saved)
    return saved
  }

  /** Within {@link change}: makes a key invalid for ever. */
  async revoke(key: StoredKey): Promise<StoredKey> {
    return key.revokedAt ? key : this.save({ ...key, revokedAt: new Date() })
  }

  /** Within {@link change}: lets a key expire at `until`, or earlier if it does so already. */
  async end(key: StoredKey, until: Date): Promise<StoredKey> {
    return key.expiresAt && key.expiresAt <= until ? key : this.save({ ...key, expiresAt: until })
  }

  /**
   * Within {@link change}, after a change of this key.
   *
   * @throws Problem conflict (409) when it was the last one that may manage keys.
   */
  async assertAdminLeft(before: StoredKey): Promise<void> {
    if (!isAdmin(before) || (await this.list()).some(isAdmin)) return
    throw new Problem(
      'conflict',
      `This is the last valid key that may manage keys ('${ADMIN_SCOPE}'), and nobody could make another one: make it first.`,
    )
  }
}

function isAdmin(key: StoredKey): boolean {
  return keyState(key) === 'active' && grants(key.scopes, [ADMIN_SCOPE])
}
