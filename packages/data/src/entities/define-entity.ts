import {
  InvalidOptionError,
  parseOptions,
  pathOption,
  type ServiceApp,
  type ServiceModule,
} from '@chapkit/core'
import { IsObject, type Static, type TObject, Type } from 'typebox'
import type { Database } from '../database.ts'
import { isoTime } from '../iso-time.ts'
import { InvalidTableError } from '../errors.ts'
import { IdempotentAnswers } from '../idempotency/idempotent-answers.ts'
import type { Migrations } from '../migration.ts'
import { type CrudPermissions, crudRoutes, crudScopes } from './crud-routes.ts'
import { type OperationRegistrar, operationRegistrar } from './custom-operations.ts'
import type { Entity } from './entity.ts'
import { EntityManager } from './entity-manager.ts'
import { entityInputSchema, entityOutputSchema } from './entity-schema.ts'
import { createEntityTable, missingColumns } from './entity-table.ts'
import { inputCheck } from './input-check.ts'
import type { LifecycleHooks } from './lifecycle.ts'
import { schemaFields } from './schema-fields.ts'
import { SqlEntityStore } from './sql-entity-store.ts'
import { createUniqueIndex, dropUniqueIndex, MAX_NAME_LENGTH, uniqueIndexName } from './unique-index.ts'

/** An entity of a schema. */
export type EntityOf<Schema extends TObject> = Entity & Static<Schema>

/** What {@link defineEntity} takes. */
export interface EntityDefinition<Schema extends TObject, Table extends string> {
  /** What one is called, in kebab-case: `product`. It names the module, too. */
  readonly name: string
  /** The table, in snake_case: `products`. Code finds the manager under this name in camelCase: `app.products`. */
  readonly table: Table
  /** A TypeBox object: its members are the columns. Defaults are filled in; unknown members are refused. */
  readonly schema: Schema
  /** Members, all of them text, whose values no two entities share. Default: none. */
  readonly unique?: readonly (keyof Static<Schema> & string)[]
  /** Path of the collection. Default: `/api/v1/` and the table in kebab-case. */
  readonly prefix?: string
  /** What comes before the colon in the scopes of the routes: `products` for `products:read`. Default: the table in kebab-case. */
  readonly scopes?: string
  /** Tags of the operations in the OpenAPI document. Default: the name with a capital. */
  readonly tags?: readonly string[]
  /** What clients may do. Default: everything. Code may do everything in any case. */
  readonly permissions?: CrudPermissions
  /** What runs around each write. */
  readonly hooks?: LifecycleHooks<EntityOf<Schema>>
  /** Registers operations of your own: `/products/$name` and `/products/{entity_id}/$name`. */
  readonly operations?: (on: OperationRegistrar<EntityOf<Schema>>) => void
  /** Migrations of the table, once it has changed: see `createEntityTable()`. Default: one that makes it of the schema. */
  readonly migrations?: Migrations
}

type CamelCase<Text extends string> = Text extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Text

/** The table of its migrations has a longer name, of which PostgreSQL keeps 63 characters. */
const MAX_TABLE_LENGTH = 40
const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/
const KEBAB_CASE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

const Permission = Type.Optional(Type.Boolean())
const Options = Type.Object({
  prefix: Type.Optional(pathOption()),
  tags: Type.Optional(Type.Array(Type.String())),
  permissions: Type.Object(
    { create: Permission, read: Permission, update: Permission, delete: Permission },
    { additionalProperties: false, default: {} },
  ),
})

/**
 * A kind of entities of your own: a table, a manager, and CRUD routes.
 *
 *     const products = defineEntity({ name: 'product', table: 'products', schema: Type.Object({ title: Type.String() }) })
 *     new ServiceBuilder(info).with(products).route((app) => app.get('/count', async () => (await app.products.list()).length))
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for a name, a table, a schema or an option that is not valid.
 */
export function defineEntity<Schema extends TObject, const Table extends string>(
  definition: EntityDefinition<Schema, Table>,
): ServiceModule<Record<CamelCase<Table>, EntityManager<EntityOf<Schema>>>> {
  const { name, table, schema, unique = [], hooks, operations, migrations } = definition
  checkNames(definition)
  const fields = schemaFields(schema)
  for (const member of unique) {
    if (fields[member]?.kind !== 'text') {
      throw new InvalidOptionError(
        `defineEntity(): '${member}' cannot be unique; it must be a member that is text.`,
      )
    }
    if (uniqueIndexName(table, member).length <= MAX_NAME_LENGTH) continue
    throw new InvalidOptionError(
      `defineEntity(): '${member}' cannot be unique, since '${uniqueIndexName(table, member)}' is longer than the ` +
        `${MAX_NAME_LENGTH} characters of an index's name; shorten the table or the member.`,
    )
  }
  const given = parseOptions(
    Options,
    { prefix: definition.prefix, tags: definition.tags, permissions: definition.permissions ?? {} },
    'defineEntity()',
  )
  const isUnique = new Set<string>(unique)
  const stream = { [table]: migrations ?? { [`001_create_${table}`]: createEntityTable(table, schema) } }
  const tags = given.tags ?? [name.charAt(0).toUpperCase() + name.slice(1)]

  return {
    name,
    needs: ['database'],
    migrations: stream,
    async plugin(app) {
      const { database } = app as ServiceApp<{ database: Database }>
      await database.migrate(table, stream[table] as Migrations)
      const absent = await missingColumns(database.kysely, table, fields)
      if (absent.length > 0) throw tableError(table, `has no column '${absent.join("', '")}'`)
      for (const [member, { kind }] of Object.entries(fields)) {
        if (kind !== 'text') continue
        if (!isUnique.has(member)) await dropUniqueIndex(database, table, member)
        else if (!(await createUniqueIndex(database, table, member))) {
          throw tableError(table, `holds rows with the same '${member}', which must be unique`)
        }
      }
      const closed = { ...entityInputSchema(schema), additionalProperties: false }
      const manager = new EntityManager<EntityOf<Schema>>({
        name,
        members: Object.keys(fields),
        store: new SqlEntityStore(database, { table, fields, unique }),
        check: inputCheck(app, closed, name, 'defineEntity()'),
        transaction: (work) => database.transaction(work),
      })
      if (hooks) manager.addHooks(hooks)
      app.decorate(camelCase(table), manager)
      const scopes = crudScopes(definition.scopes ?? table)
      const toWire = (entity: EntityOf<Schema>) => wireForm(entity, Object.keys(fields))
      await app.register(
        async (scope) => {
          const routes = scope as unknown as ServiceApp
          const output = entityOutputSchema(schema)
          crudRoutes(routes, {
            manager,
            scopes,
            permissions: { create: true, read: true, update: true, delete: true, ...given.permissions },
            description: { name, plural: table.replaceAll('_', ' '), tags, input: closed, output },
            toWire,
            idempotency: new IdempotentAnswers(database),
          })
          operations?.(operationRegistrar(routes, { manager, name, scopes, tags, toWire }))
        },
        { prefix: given.prefix ?? `/api/v1/${table.replaceAll('_', '-')}` },
      )
    },
  }
}

function checkNames({ name, table, schema }: EntityDefinition<TObject, string>): void {
  if (!KEBAB_CASE.test(name)) {
    throw new InvalidOptionError(
      `defineEntity(): the name '${name}' must be in kebab-case, such as 'product'.`,
    )
  }
  if (!SNAKE_CASE.test(table) || table.length > MAX_TABLE_LENGTH) {
    throw new InvalidOptionError(
      `defineEntity(): the table '${table}' must be in snake_case, such as 'products', and have ${MAX_TABLE_LENGTH} characters at most.`,
    )
  }
  if (!IsObject(schema)) {
    throw new InvalidOptionError(
      'defineEntity(): the schema must be a TypeBox object, such as Type.Object({ title: Type.String() }).',
    )
  }
}

function tableError(table: string, fault: string): Error {
  return new InvalidTableError(
    `defineEntity(): the table '${table}' ${fault}. Bring it up to date with a migration: pass { migrations } with the ` +
      'steps from the table as it was first made, see createEntityTable().',
  )
}

function camelCase(table: string): string {
  return table.replaceAll(/_(.)/g, (_match, letter: string) => letter.toUpperCase())
}

function wireForm(entity: EntityOf<TObject>, members: readonly string[]): object {
  const { id, createdAt, updatedAt } = entity
  const own = entity as unknown as Readonly<Record<string, unknown>>
  const wire: Record<string, unknown> = {
    id,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
  }
  for (const member of members) if (member in own) wire[member] = own[member]
  return wire
}
