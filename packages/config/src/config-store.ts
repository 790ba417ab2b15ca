import type { EntityStore } from '@chapkit/data'
import type { Config } from './config.ts'

/** What a store must see to. */
export interface ConfigStoreOptions {
  /** Whether two configs may not have one name: such a write is refused with `{ duplicate: 'name' }`. */
  readonly uniqueNames: boolean
}

/**
 * Where configs are kept. `withConfig(schema, { store })` takes any object of this shape; {@link SqlConfigStore} is the one
 * that is used without it. A store keeps data as JSON and looks at no member of it: checking, ids, versions and times are the
 * manager's. Whoever makes a store closes what it has opened.
 */
export interface ConfigStore<T = unknown> extends EntityStore<Config<T>> {
  /** Called once, when the service starts, before any other method: time to create tables. */
  prepare?(options: ConfigStoreOptions): Promise<void>

  /** The config of this name; the one with the least id where names are not unique. */
  findByName(name: string): Promise<Config<T> | undefined>
}
