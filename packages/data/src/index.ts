// The module
export { database } from './module.ts'
export { openDatabase } from './open-database.ts'
export { sql } from './kysely.ts'
export type { Database } from './database.ts'
export type { PoolStats } from './pool-stats.ts'
export type { Channels, Listening } from './channels.ts'
export { type DatabaseTarget, parseDatabaseUrl } from './database-url.ts'
export type { DatabaseOptions, PoolOptions } from './database-options.ts'
export type { TransactionOptions } from './transactions.ts'
export type { Codec, ColumnType, ColumnTypes } from './codec.ts'

// Migrations
export type { Migration, Migrations } from './migration.ts'
export {
  migrateDown,
  type MigrationState,
  type MigrationStep,
  migrateUp,
  migrationStatus,
} from './migrate.ts'
export type { MigrationStreams } from './migration-streams.ts'
export { listStreams } from './migration-table.ts'
export { USER_MIGRATIONS, userMigrations } from './user-migrations.ts'

// Ids and times
export { createUlid, parseUlid } from './ulid.ts'
export { isoTime } from './iso-time.ts'

// Entities
export { defineEntity, type EntityDefinition, type EntityOf } from './entities/define-entity.ts'
export type { Entity, EntityInput, FieldsOf } from './entities/entity.ts'
export {
  changed,
  EntityManager,
  type EntityManagerParts,
  missing,
  type WriteOptions,
} from './entities/entity-manager.ts'
export type { LifecycleHooks } from './entities/lifecycle.ts'
export { type InputCheck, inputCheck } from './entities/input-check.ts'

// Routes of entities
export {
  type CrudOptions,
  type CrudPermissions,
  crudRoutes,
  crudScopes,
  type CrudScopes,
} from './entities/crud-routes.ts'
export { type CrudDescription, problems } from './entities/crud-operations.ts'
export type {
  CollectionOperation,
  EntityOperation,
  OperationContext,
  OperationRegistrar,
} from './entities/custom-operations.ts'
export { idOf, locationOf, routeOptions } from './entities/entity-requests.ts'
export {
  EntityParamsSchema,
  entityInputSchema,
  entityOutputSchema,
  UlidSchema,
} from './entities/entity-schema.ts'
export { IF_MATCH_TEXT, IfNoneMatchSchema } from './entities/condition-headers.ts'
export { entityTag, isNotModified, readIfMatch } from './entities/preconditions.ts'
export { IdempotentAnswers } from './idempotency/idempotent-answers.ts'

// Tables of entities
export type { Duplicate, EntityStore, FindOptions } from './entities/entity-store.ts'
export { type EntityTable, SqlEntityStore } from './entities/sql-entity-store.ts'
export type { Field, FieldKind, Fields } from './entities/fields.ts'
export { createEntityTable } from './entities/entity-table.ts'
export { createUniqueIndex, dropUniqueIndex, equalsIndexed } from './entities/unique-index.ts'

// Paging
export {
  type ListQuery,
  ListQuerySchema,
  type Page,
  PageSchema,
  type Range,
  readPage,
  type Slice,
} from './paging.ts'

// What can be stored
export { copyJson, type JsonFault, MAX_JSON_DEPTH } from './copy-json.ts'
export { storableSchema } from './storable-schema.ts'

// Errors
export { InvalidTableError, MigrationError, OpenDatabaseError } from './errors.ts'
export { isUniqueViolation } from './sql-errors.ts'
export { reasonOf } from './postgres/refusals.ts'
