import type { Database } from '../database.ts'
import type { Range, Slice } from '../paging.ts'
import { isUniqueViolation } from '../sql-errors.ts'
import type { Entity } from './entity.ts'
import type { Duplicate, EntityStore, FindOptions } from './entity-store.ts'
import { decodeField, encodeField, type Field, type Fields } from './fields.ts'
import { type EntityStatements, entityStatements, versionList } from './statements.ts'

type Row = Readonly<Record<string, unknown>>

/** Which table keeps the entities, and how. */
export interface EntityTable {
  /** Name of the table; it has the columns `id`, `version`, `created_at`, `updated_at` and those of the fields. */
  readonly table: string
  readonly fields: Fields
  /** Names of the fields that an index keeps unique (see `createUniqueIndex()`), beside the id. Default: none. */
  readonly unique?: readonly string[]
}

/** Keeps entities in a table of a database. Within `database.transaction()` it takes part in the transaction. */
export class SqlEntityStore<E extends Entity> implements EntityStore<E> {
  protected readonly database: Database
  readonly #table: EntityTable
  readonly #fields: readonly (readonly [string, Field])[]
  readonly #statements: EntityStatements

  /** @param database - Stays the caller's: the store does not close it. */
  constructor(database: Database, table: EntityTable) {
    this.database = database
    this.#table = table
    this.#fields = Object.entries(table.fields)
    const columns = this.#fields.map(([, { column }]) => column)
    this.#statements = entityStatements(database.dialect, table.table, columns)
  }

  async insert(entity: E): Promise<'stored' | Duplicate> {
    const { codec } = this.database
    const values = [entity.id, entity.version, codec.encodeTime(entity.createdAt), ...this.#changing(entity)]
    const refused = await this.#refusable(() => this.#run(this.#statements.insert, values))
    return 'duplicate' in refused ? refused : 'stored'
  }

  async replace(
    entity: Omit<E, 'createdAt'>,
    ifVersions?: readonly string[],
  ): Promise<E | 'missing' | 'changed' | Duplicate> {
    const { replace, replaceIfVersion } = this.#statements
    const values = [entity.version, ...this.#changing(entity), entity.id, ...this.#condition(ifVersions)]
    const result = await this.#refusable(() => this.#run(ifVersions ? replaceIfVersion : replace, values))
    if ('duplicate' in result) return result
    const [row] = result.rows
    if (!row) return this.#why(entity.id, ifVersions)
    return { ...entity, createdAt: this.database.codec.decodeTime(row['created_at']) } as unknown as E
  }

  async delete(id: string, ifVersions?: readonly string[]): Promise<'deleted' | 'missing' | 'changed'> {
    const statement = ifVersions ? this.#statements.deleteIfVersion : this.#statements.delete
    const { rows } = await this.#run(statement, [id, ...this.#condition(ifVersions)])
    return rows.length > 0 ? 'deleted' : this.#why(id, ifVersions)
  }

  async findById(id: string, { lock = false }: FindOptions = {}): Promise<E | undefined> {
    const { findById, lockById } = this.#statements
    const { rows } = await this.#run(lock ? lockById : findById, [id])
    return rows[0] && this.fromRow(rows[0])
  }

  async list(): Promise<E[]> {
    return this.#entities(this.#statements.list, [])
  }

  async slice({ offset, limit }: Range): Promise<Slice<E>> {
    return this.database.transaction(
      async () => {
        const { rows } = await this.#run(this.#statements.count, [])
        const items = await this.#entities(this.#statements.slice, [limit, offset])
        return { items, total: Number(rows[0]?.['total']) }
      },
      { readOnly: true },
    )
  }

  async after(id: string | undefined, limit: number): Promise<E[]> {
    return id === undefined
      ? this.#entities(this.#statements.first, [limit])
      : this.#entities(this.#statements.after, [id, limit])
  }

  /** The entity that a row of the table stands for: for queries of your own, which select all columns. */
  fromRow(row: Row): E {
    const { codec } = this.database
    const entity: Record<string, unknown> = {
      id: row['id'],
      version: row['version'],
      createdAt: codec.decodeTime(row['created_at']),
      updatedAt: codec.decodeTime(row['updated_at']),
    }
    for (const [name, field] of this.#fields) {
      const value = decodeField(field, row[field.column], codec)
      if (value !== undefined) entity[name] = value
    }
    return entity as unknown as E
  }

  /** The last value of a statement that looks at the version. */
  #condition(ifVersions: readonly string[] | undefined): unknown[] {
    return ifVersions ? [versionList(this.database.dialect, ifVersions)] : []
  }

  /** Values of the columns that a replacement sets beside `version`. */
  #changing(entity: Omit<E, 'createdAt'>): unknown[] {
    const { codec } = this.database
    const members = entity as unknown as Readonly<Record<string, unknown>>
    return [
      codec.encodeTime(entity.updatedAt),
      ...this.#fields.map(([name, field]) => encodeField(field, members[name], codec)),
    ]
  }

  async #entities(statement: string, values: readonly unknown[]): Promise<E[]> {
    const { rows } = await this.#run(statement, values)
    return rows.map((row) => this.fromRow(row))
  }

  #run(statement: string, values: readonly unknown[]) {
    return this.database.query<Row>(statement, values)
  }

  async #refusable<T extends object>(write: () => Promise<T>): Promise<T | Duplicate> {
    try {
      return await write()
    } catch (error) {
      const { table, fields, unique = [] } = this.#table
      if (isUniqueViolation(error, `${table}.id`)) return { duplicate: 'id' }
      const taken = unique.find((name) => isUniqueViolation(error, `${table}.${fields[name]?.column}`))
      if (taken === undefined) throw error
      return { duplicate: taken }
    }
  }

  /** Why a write under a condition found nothing to change. */
  async #why(id: string, ifVersions: readonly string[] | undefined): Promise<'missing' | 'changed'> {
    if (ifVersions === undefined) return 'missing'
    return (await this.findById(id)) ? 'changed' : 'missing'
  }
}
