import type { Range, Slice } from '@chapkit/data'
import type { Config } from './config.ts'

/** What became of a write: stored, or refused since the id or the name is another config's. */
export type WriteOutcome = 'stored' | 'duplicate-id' | 'duplicate-name'

/** What a store must see to. */
export interface ConfigStoreOptions {
  /** Whether two configs may not have one name. */
  readonly uniqueNames: boolean
}

/**
 * Where configs are kept. `withConfig(schema, { store })` takes any object of this shape; {@link SqlConfigStore} is the one
 * that is used without it.
 *
 * A store keeps data as JSON and looks at no member of it: checking, ids and times are the manager's. It keeps the configs
 * in the order in which they were inserted. Many calls may run at once; each takes effect whole or not at all. A store that
 * cannot work rejects, and the client gets 500. Whoever makes a store closes what it has opened.
 */
export interface ConfigStore<T = unknown> {
  /** Called once, when the service starts, before any other method: time to create tables. */
  prepare?(options: ConfigStoreOptions): Promise<void>

  /** Adds a config after all others, if its id (and its name, where names are unique) is free. */
  insert(config: Config<T>): Promise<WriteOutcome>

  /** Replaces the config with this id; its place in the order stays. `missing` when there is none. */
  update(config: Config<T>): Promise<'stored' | 'missing' | 'duplicate-name'>

  /** Removes a config; false when there is none. */
  delete(id: string): Promise<boolean>

  findById(id: string): Promise<Config<T> | undefined>

  /** The config of this name; the oldest one where names are not unique. */
  findByName(name: string): Promise<Config<T> | undefined>

  /** All configs, in the order in which they were inserted. */
  list(): Promise<Config<T>[]>

  /** A part of that list and the length of the whole, both of one moment. */
  slice(range: Range): Promise<Slice<Config<T>>>
}
