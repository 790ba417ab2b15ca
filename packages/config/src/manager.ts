import { Problem } from '@chapkit/core'
import { createUlid, type Page, parseUlid, readPage } from '@chapkit/data'
import type { InputCheck } from './check-input.ts'
import type { Config, ConfigInput } from './config.ts'
import type { ConfigStore } from './config-store.ts'

/** How often `save()` tries again when others write the same config at the same time. */
const MAX_ATTEMPTS = 3

/**
 * The configs of a service, for its own code: `app.configs`. The routes use it as well, so code and clients get the same
 * defaults and the same refusals.
 *
 * Ids are ULIDs; lower case is accepted. What is refused is a `Problem`: validation-failed (422) for data that does not fit
 * the schema, conflict (409) for an id or a name that is taken, invalid-ulid (400).
 */
export class ConfigManager<T> {
  readonly #store: ConfigStore
  readonly #schema: InputCheck<T>

  /** Made by the config module: take `app.configs`. */
  constructor(store: ConfigStore, schema: InputCheck<T>) {
    this.#store = store
    this.#schema = schema
  }

  /** The config with this id; undefined when there is none. */
  async findById(id: string): Promise<Config<T> | undefined> {
    const config = await this.#store.findById(parseUlid(id))
    return config && this.#schema.complete(config)
  }

  /** The config of this name (the oldest one where names are not unique); undefined when there is none. */
  async findByName(name: string): Promise<Config<T> | undefined> {
    const config = await this.#store.findByName(name)
    return config && this.#schema.complete(config)
  }

  /** All configs, in the order in which they were created. */
  async list(): Promise<Config<T>[]> {
    const configs = await this.#store.list()
    return configs.map((config) => this.#schema.complete(config))
  }

  /**
   * One page of them.
   *
   * @param page - Number of the page, from 1.
   * @param size - Configs on a page.
   */
  async page(page: number, size: number): Promise<Page<Config<T>>> {
    return readPage(page, size, async (range) => {
      const { items, total } = await this.#store.slice(range)
      return { items: items.map((config) => this.#schema.complete(config)), total }
    })
  }

  /** Adds a config; conflict when its id or its name is taken. */
  async create(input: ConfigInput<T>): Promise<Config<T>> {
    return this.#insert(this.#schema.check(input))
  }

  /** Replaces name and data of a config whole; not-found (404) when there is none. The id in `input` is ignored. */
  async replace(id: string, input: ConfigInput<T>): Promise<Config<T>> {
    const checked = this.#schema.check(input)
    const current = await this.findById(id)
    if (!current) throw missing(parseUlid(id))
    return this.#update(current, checked)
  }

  /**
   * Creates or replaces: the config with the id of `input`, or, when it has none, the one of its name. Saving the same twice
   * leaves one config, so a service can do it at each start.
   */
  async save(input: ConfigInput<T>): Promise<Config<T>> {
    const checked = this.#schema.check(input)
    for (let attempt = 1; ; attempt++) {
      const current = checked.id ? await this.findById(checked.id) : await this.findByName(checked.name)
      try {
        return current ? await this.#update(current, checked) : await this.#insert(checked)
      } catch (error) {
        // Somebody may have created or deleted it since it was looked for.
        if (!isRace(error) || attempt === MAX_ATTEMPTS) throw error
      }
    }
  }

  /** Removes a config; false when there is none. */
  async delete(id: string): Promise<boolean> {
    return this.#store.delete(parseUlid(id))
  }

  async #insert({ id, name, data }: ConfigInput<T>): Promise<Config<T>> {
    const now = new Date()
    const config = { id: id ? parseUlid(id) : createUlid(), createdAt: now, updatedAt: now, name, data }
    const outcome = await this.#store.insert(config)
    if (outcome === 'duplicate-id') {
      throw new Problem('conflict', `A config with id ${config.id} exists already; PUT replaces it.`)
    }
    if (outcome === 'duplicate-name') throw nameTaken(name)
    return config
  }

  async #update(current: Config<T>, { name, data }: ConfigInput<T>): Promise<Config<T>> {
    const config = { id: current.id, createdAt: current.createdAt, updatedAt: new Date(), name, data }
    const outcome = await this.#store.update(config)
    if (outcome === 'missing') throw missing(config.id)
    if (outcome === 'duplicate-name') throw nameTaken(name)
    return config
  }
}

/** What a client is told about an id that names nothing. */
export function missing(id: string): Problem {
  return new Problem('not-found', `Entity with id ${id} not found`)
}

function isRace(error: unknown): boolean {
  return error instanceof Problem && (error.type === 'conflict' || error.type === 'not-found')
}

function nameTaken(name: string): Problem {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name
  return new Problem('conflict', `A config named '${shown}' exists already; choose another name.`)
}
