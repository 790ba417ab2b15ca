import {
  createUniqueIndex,
  type Database,
  dropUniqueIndex,
  equalsIndexed,
  sql,
  SqlEntityStore,
} from '@chapkit/data'
import type { Config } from './config.ts'
import type { ConfigStore, ConfigStoreOptions } from './config-store.ts'
import { DuplicateNamesError } from './errors.ts'
import { configMigrations } from './migrations.ts'

const FIELDS = {
  name: { column: 'name', kind: 'text' },
  data: { column: 'data', kind: 'json' },
} as const

/** Keeps configs in the table `configs` of a database. */
export class SqlConfigStore extends SqlEntityStore<Config> implements ConfigStore {
  /** @param database - Stays the caller's: the store does not close it. */
  constructor(database: Database) {
    super(database, { table: 'configs', fields: FIELDS, unique: ['name'] })
  }

  /**
   * Runs the migrations, and makes names unique, or no longer so: no migration, since it is the option of a service that decides.
   *
   * @throws CHAPKIT_ERR_DUPLICATE_NAMES when names are to be unique and are not.
   */
  async prepare({ uniqueNames }: ConfigStoreOptions): Promise<void> {
    await this.database.migrate('config', configMigrations)
    if (!uniqueNames) return dropUniqueIndex(this.database, 'configs', 'name')
    if (!(await createUniqueIndex(this.database, 'configs', 'name'))) throw await this.#describeDuplicates()
  }

  async findByName(name: string): Promise<Config | undefined> {
    const { rows } = await sql<Record<string, unknown>>`
      select * from configs where ${equalsIndexed(this.database.dialect, 'name', name)} order by id limit 1
    `.execute(this.database.executor)
    return rows[0] && this.fromRow(rows[0])
  }

  async #describeDuplicates(): Promise<Error> {
    const { rows } = await sql<{ name: string; count: number }>`
      select name, count(*) as count from configs group by name order by count(*) desc limit 1
    `.execute(this.database.kysely)
    return new DuplicateNamesError(
      `withConfig(): ${rows[0]?.count} configs in the database have the name '${rows[0]?.name}', and names must be unique; ` +
        'rename or delete them, or pass { uniqueNames: false }.',
    )
  }
}
