// The module
export { database } from './module.ts'
export { type Database, openDatabase } from './database.ts'
export type { DatabaseOptions, PoolOptions } from './database-options.ts'
export type { TransactionOptions } from './transactions.ts'
export type { Codec, ColumnType, ColumnTypes } from './codec.ts'

// Migrations
export {
  migrateDown,
  type Migration,
  type Migrations,
  type MigrationState,
  type MigrationStep,
  migrateUp,
  migrationStatus,
} from './migrate.ts'
export type { MigrationStreams } from './migration-streams.ts'

// Ids
export { createUlid, parseUlid } from './ulid.ts'

// Paging
export {
  type Page,
  PageSchema,
  type PageQuery,
  PageQuerySchema,
  type Range,
  readPage,
  type Slice,
} from './paging.ts'

// What can be stored
export { copyJson, type JsonFault, MAX_JSON_DEPTH } from './copy-json.ts'

// Errors
export { MigrationError, OpenDatabaseError } from './errors.ts'
export { isUniqueViolation } from './sql-errors.ts'
