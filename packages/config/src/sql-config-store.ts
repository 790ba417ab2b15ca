import { type Codec, type Database, isUniqueViolation, type Range, type Slice } from '@chapkit/data'
import type { Kysely, Selectable } from 'kysely'
import type { Config } from './config.ts'
import type { ConfigStore, ConfigStoreOptions, WriteOutcome } from './config-store.ts'
import { configMigrations } from './migrations.ts'
import { prepareNameIndex } from './name-index.ts'
import type { ConfigRow, ConfigTables } from './tables.ts'

/** Keeps configs in the table `configs` of a database. */
export class SqlConfigStore implements ConfigStore {
  readonly #database: Database
  readonly #codec: Codec
  readonly #db: Kysely<ConfigTables>

  /** @param database - Stays the caller's: the store does not close it. */
  constructor(database: Database) {
    this.#database = database
    this.#codec = database.codec
    this.#db = database.kysely.withTables<ConfigTables>()
  }

  /**
   * Runs the migrations.
   *
   * @throws CHAPKIT_ERR_DUPLICATE_NAMES when names are to be unique and are not.
   */
  async prepare({ uniqueNames }: ConfigStoreOptions): Promise<void> {
    await this.#database.migrate('config', configMigrations)
    await prepareNameIndex(this.#db, uniqueNames)
  }

  async insert(config: Config): Promise<WriteOutcome> {
    try {
      await this.#db
        .insertInto('configs')
        .values({
          ...this.#columns(config),
          id: config.id,
          created_at: this.#codec.encodeTime(config.createdAt),
        })
        .execute()
      return 'stored'
    } catch (error) {
      if (isUniqueViolation(error, 'configs.id')) return 'duplicate-id'
      if (isUniqueViolation(error, 'configs.name')) return 'duplicate-name'
      throw error
    }
  }

  async update(config: Config): Promise<'stored' | 'missing' | 'duplicate-name'> {
    try {
      const { numUpdatedRows } = await this.#db
        .updateTable('configs')
        .set(this.#columns(config))
        .where('id', '=', config.id)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 0n ? 'missing' : 'stored'
    } catch (error) {
      if (isUniqueViolation(error, 'configs.name')) return 'duplicate-name'
      throw error
    }
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('configs')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }

  async findById(id: string): Promise<Config | undefined> {
    const row = await this.#db.selectFrom('configs').selectAll().where('id', '=', id).executeTakeFirst()
    return row && this.#config(row)
  }

  async findByName(name: string): Promise<Config | undefined> {
    const row = await this.#db
      .selectFrom('configs')
      .selectAll()
      .where('name', '=', name)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst()
    return row && this.#config(row)
  }

  async list(): Promise<Config[]> {
    const rows = await this.#db.selectFrom('configs').selectAll().orderBy('seq').execute()
    return rows.map((row) => this.#config(row))
  }

  /** Both queries see one state of the database. */
  async slice({ offset, limit }: Range): Promise<Slice<Config>> {
    return this.#db
      .transaction()
      .setAccessMode('read only')
      .execute(async (transaction) => {
        const { total } = await transaction
          .selectFrom('configs')
          .select(({ fn }) => fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow()
        const rows = await transaction
          .selectFrom('configs')
          .selectAll()
          .orderBy('seq')
          .limit(limit)
          .offset(offset)
          .execute()
        return { items: rows.map((row) => this.#config(row)), total }
      })
  }

  #columns({ name, data, updatedAt }: Config) {
    return { name, data: this.#codec.encodeJson(data), updated_at: this.#codec.encodeTime(updatedAt) }
  }

  #config(row: Selectable<ConfigRow>): Config {
    return {
      id: row.id,
      createdAt: this.#codec.decodeTime(row.created_at),
      updatedAt: this.#codec.decodeTime(row.updated_at),
      name: row.name,
      data: this.#codec.decodeJson(row.data),
    }
  }
}
