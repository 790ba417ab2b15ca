import type { Config, ConfigStore, ConfigStoreOptions } from '@chapkit/config'
import type { Duplicate, Range } from '@chapkit/data'

/** A store of somebody else's: the least that fulfils the interface. It keeps copies, as a database does. */
export class MemoryStore<T = unknown> implements ConfigStore<T> {
  readonly #configs = new Map<string, Config<T>>()
  #uniqueNames = true

  async prepare({ uniqueNames }: ConfigStoreOptions): Promise<void> {
    this.#uniqueNames = uniqueNames
  }

  async insert(config: Config<T>): Promise<'stored' | Duplicate> {
    if (this.#configs.has(config.id)) return { duplicate: 'id' }
    if (this.#isTaken(config)) return { duplicate: 'name' }
    this.#configs.set(config.id, structuredClone(config))
    return 'stored'
  }

  async replace(
    config: Omit<Config<T>, 'createdAt'>,
    ifVersions?: readonly string[],
  ): Promise<Config<T> | 'missing' | 'changed' | Duplicate> {
    const current = this.#configs.get(config.id)
    if (!current) return 'missing'
    if (ifVersions && !ifVersions.includes(current.version)) return 'changed'
    if (this.#isTaken(config)) return { duplicate: 'name' }
    const replaced = { ...config, createdAt: current.createdAt }
    this.#configs.set(config.id, structuredClone(replaced))
    return replaced
  }

  async delete(id: string, ifVersions?: readonly string[]): Promise<'deleted' | 'missing' | 'changed'> {
    const current = this.#configs.get(id)
    if (!current) return 'missing'
    if (ifVersions && !ifVersions.includes(current.version)) return 'changed'
    this.#configs.delete(id)
    return 'deleted'
  }

  async findById(id: string): Promise<Config<T> | undefined> {
    return structuredClone(this.#configs.get(id))
  }

  async findByName(name: string): Promise<Config<T> | undefined> {
    return (await this.list()).find((config) => config.name === name)
  }

  async list(): Promise<Config<T>[]> {
    const configs = [...this.#configs.values()]
    return structuredClone(configs.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
  }

  async slice({ offset, limit }: Range) {
    return { items: (await this.list()).slice(offset, offset + limit), total: this.#configs.size }
  }

  async after(id: string | undefined, limit: number): Promise<Config<T>[]> {
    return (await this.list()).filter((config) => id === undefined || config.id > id).slice(0, limit)
  }

  #isTaken({ id, name }: Pick<Config<T>, 'id' | 'name'>): boolean {
    return (
      this.#uniqueNames && [...this.#configs.values()].some((other) => other.name === name && other.id !== id)
    )
  }
}
