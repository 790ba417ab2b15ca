import type { Config, ConfigStore, ConfigStoreOptions, WriteOutcome } from '@chapkit/config'
import type { Range } from '@chapkit/data'

/** A store of somebody else's: the least that fulfils the interface. It keeps copies, as a database does. */
export class MemoryStore<T = unknown> implements ConfigStore<T> {
  readonly #configs = new Map<string, Config<T>>()
  #uniqueNames = true

  async prepare({ uniqueNames }: ConfigStoreOptions): Promise<void> {
    this.#uniqueNames = uniqueNames
  }

  async insert(config: Config<T>): Promise<WriteOutcome> {
    if (this.#configs.has(config.id)) return 'duplicate-id'
    if (this.#isTaken(config)) return 'duplicate-name'
    this.#configs.set(config.id, structuredClone(config))
    return 'stored'
  }

  async update(config: Config<T>): Promise<'stored' | 'missing' | 'duplicate-name'> {
    if (!this.#configs.has(config.id)) return 'missing'
    if (this.#isTaken(config)) return 'duplicate-name'
    this.#configs.set(config.id, structuredClone(config))
    return 'stored'
  }

  async delete(id: string): Promise<boolean> {
    return this.#configs.delete(id)
  }

  async findById(id: string): Promise<Config<T> | undefined> {
    return structuredClone(this.#configs.get(id))
  }

  async findByName(name: string): Promise<Config<T> | undefined> {
    return structuredClone([...this.#configs.values()].find((config) => config.name === name))
  }

  async list(): Promise<Config<T>[]> {
    return structuredClone([...this.#configs.values()])
  }

  async slice({ offset, limit }: Range) {
    return { items: (await this.list()).slice(offset, offset + limit), total: this.#configs.size }
  }

  #isTaken({ id, name }: Config<T>): boolean {
    return (
      this.#uniqueNames && [...this.#configs.values()].some((other) => other.name === name && other.id !== id)
    )
  }
}
