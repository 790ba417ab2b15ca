import type { Generated } from 'kysely'

/** A row of the table `configs`; times and JSON as the codec of the database encodes them. */
export interface ConfigRow {
  seq: Generated<number>
  id: string
  name: string
  data: string
  created_at: string
  updated_at: string
}

/** Tables of the store, for Kysely. */
export type ConfigTables = Record<'configs', ConfigRow>
