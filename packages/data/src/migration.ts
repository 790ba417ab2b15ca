import type { Kysely } from 'kysely'
import type { ColumnTypes } from './codec.ts'

/** One step of a schema. It runs in a transaction, so it is there whole or not at all. */
export interface Migration {
  /** @param types - Data types of columns in this database. */
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>
  /** Undoes it. Without it, a step back is refused. */
  down?(db: Kysely<unknown>, types: ColumnTypes): Promise<void>
}

/** Migrations by name. They run in the order of their names (`001_create_configs`), each once in a database. */
export type Migrations = Readonly<Record<string, Migration>>
