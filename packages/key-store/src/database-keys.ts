import type { KeySet, KeyStore, KeyStoreListener, OpenKeyStore } from '@chapkit/auth'
import { parseOptions, type ServiceApp } from '@chapkit/core'
import type { Database } from '@chapkit/data'
import { Type } from 'typebox'
import { KeyFeed } from './key-feed.ts'
import { KeyTable } from './key-table.ts'
import { LastUsed } from './last-used.ts'
import { KEY_STREAM, keyMigrations } from './migrations.ts'
import type { NewKey, StoredKey } from './stored-key.ts'

/** Options of `databaseKeys()`. */
export interface DatabaseKeysOptions {
  /**
   * Milliseconds between two looks for changes, 100 to 1,500. On PostgreSQL they are told at once, and this is for messages
   * that get lost. Default: 1,000.
   */
  readonly pollInterval?: number
  /** Milliseconds between two writes of when keys were used last, at least 100. Default: 10,000. */
  readonly lastUsedInterval?: number
}

const Options = Type.Object(
  {
    pollInterval: Type.Integer({ minimum: 100, maximum: 1_500, default: 1_000 }),
    lastUsedInterval: Type.Integer({ minimum: 100, maximum: 2 ** 31 - 1, default: 10_000 }),
  },
  { additionalProperties: false },
)

/**
 * Keys in the service's database, for `withAuth({ store: databaseKeys() })`. A key that is revoked stops within 2 seconds on
 * all replicas. While the database is away, the last good keys stay valid. The service starts without a key, and warns:
 * `chapkit keys generate --database URL` makes the first one.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 */
export function databaseKeys(options: DatabaseKeysOptions = {}): KeyStore {
  const { pollInterval, lastUsedInterval } = parseOptions(Options, options, 'databaseKeys()')
  return {
    kind: 'database',
    needs: ['database'],
    module: { migrations: { [KEY_STREAM]: keyMigrations } },
    async open(context) {
      const app = context.app as ServiceApp<{ database: Database }>
      const table = new KeyTable(app.database)
      await table.migrate()
      const feed = new KeyFeed(table, app.database.channels, pollInterval)
      await feed.load()
      if (feed.size === 0) app.log.warn({ message: FIRST_KEY }, 'auth.no_keys')
      return new DatabaseKeyStore(table, feed, new LastUsed(app.database, lastUsedInterval))
    },
  }
}

const FIRST_KEY =
  'The database has no API keys, so every request that needs one is refused. Make the first one with ' +
  '`chapkit keys generate --env prod --database URL --scope keys:admin`'

/** The open store: `app.apiKeys.store`. */
export class DatabaseKeyStore implements OpenKeyStore {
  readonly origin = Object.freeze({})
  readonly table: KeyTable
  readonly #feed: KeyFeed
  readonly #lastUsed: LastUsed

  constructor(table: KeyTable, feed: KeyFeed, lastUsed: LastUsed) {
    this.table = table
    this.#feed = feed
    this.#lastUsed = lastUsed
  }

  get keys(): KeySet {
    return this.#feed.keys
  }

  follow(listener: KeyStoreListener): void {
    this.#feed.follow(listener)
  }

  used(id: string): void {
    this.#lastUsed.note(id)
  }

  /** Takes over what this process has just stored. */
  put(...changed: readonly (StoredKey | NewKey)[]): void {
    this.#feed.put(...changed)
  }

  async close(): Promise<void> {
    await this.#feed.close()
    await this.#lastUsed.close()
  }
}
