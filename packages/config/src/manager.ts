import { Problem } from '@chapkit/core'
import { EntityManager, type EntityManagerParts } from '@chapkit/data'
import type { Config, ConfigInput } from './config.ts'
import type { ConfigStore } from './config-store.ts'

/** How often `save()` tries again when others write the same config at the same time. */
const MAX_ATTEMPTS = 3

/** The configs of a service, for its own code: `app.configs`. */
export class ConfigManager<T> extends EntityManager<Config<T>, ConfigInput<T>> {
  /** Path of the collection: modules that add operations to configs register them there. */
  readonly prefix: string
  readonly #store: ConfigStore<T>

  /** Made by the config module: take `app.configs`. */
  constructor(
    parts: EntityManagerParts<Config<T>> & { readonly store: ConfigStore<T>; readonly prefix: string },
  ) {
    super(parts)
    this.prefix = parts.prefix
    this.#store = parts.store
  }

  /** The config of this name (that with the least id where names are not unique); undefined when there is none. */
  async findByName(name: string): Promise<Config<T> | undefined> {
    return this.complete(await this.#store.findByName(name))
  }

  /**
   * Creates or replaces: the config with the id of `input`, or, when it has none, the one of its name. Saving the same twice
   * leaves one config, so a service can do it at each start.
   */
  async save(input: ConfigInput<T>): Promise<Config<T>> {
    const { id, name } = this.checked(input)
    for (let attempt = 1; ; attempt++) {
      const current = id ? await this.findById(id) : await this.findByName(name)
      try {
        return current ? await this.replace(current.id, input) : await this.create(input)
      } catch (error) {
        // Somebody may have created or deleted it since it was looked for.
        if (!isRace(error) || attempt === MAX_ATTEMPTS) throw error
      }
    }
  }
}

function isRace(error: unknown): boolean {
  return error instanceof Problem && (error.type === 'conflict' || error.type === 'not-found')
}
