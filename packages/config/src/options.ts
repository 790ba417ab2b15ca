import { checkedOption, InvalidOptionError, parseOptions, pathOption } from '@chapkit/core'
import type { CrudPermissions } from '@chapkit/data'
import { IsObject, type TObject, Type } from 'typebox'
import type { ConfigStore } from './config-store.ts'

/** Options of `withConfig()`. */
export interface ConfigOptions {
  /** Path of the collection. Default: `/api/v1/configs`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['Config']`. */
  readonly tags?: readonly string[]
  /** What clients may do. Default: everything. Code may do everything in any case. */
  readonly permissions?: CrudPermissions
  /** Whether POST is offered. Default: what `permissions.create` says. */
  readonly allowCreate?: boolean
  /** Whether GET is offered. Default: what `permissions.read` says. */
  readonly allowRead?: boolean
  /** Whether PUT is offered. Default: what `permissions.update` says. */
  readonly allowUpdate?: boolean
  /** Whether DELETE is offered. Default: what `permissions.delete` says. */
  readonly allowDelete?: boolean
  /** Whether two configs may not have one name; turn it off for data that has such names. Default: true. */
  readonly uniqueNames?: boolean
  /** Where configs are kept. Default: the service's database. */
  readonly store?: ConfigStore
}

const METHODS = ['insert', 'replace', 'delete', 'findById', 'findByName', 'list', 'slice', 'after'] as const

const Permission = Type.Optional(Type.Boolean())

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/api/v1/configs' }),
    tags: Type.Array(Type.String(), { default: ['Config'] }),
    permissions: Type.Optional(
      Type.Object(
        { create: Permission, read: Permission, update: Permission, delete: Permission },
        { additionalProperties: false },
      ),
    ),
    allowCreate: Permission,
    allowRead: Permission,
    allowUpdate: Permission,
    allowDelete: Permission,
    uniqueNames: Type.Boolean({ default: true }),
    store: Type.Optional(
      checkedOption<ConfigStore>(isStore, `a ConfigStore, with the methods ${METHODS.join(', ')}`),
    ),
  },
  { additionalProperties: false },
)

/** The options of `withConfig()` with nothing left open. */
export interface ParsedConfigOptions {
  readonly prefix: string
  readonly tags: readonly string[]
  readonly permissions: Required<CrudPermissions>
  readonly uniqueNames: boolean
  readonly store: ConfigStore | undefined
}

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. */
export function parseConfigOptions(options: ConfigOptions): ParsedConfigOptions {
  const given = parseOptions(Options, options, 'withConfig()')
  const { prefix, tags, permissions = {}, uniqueNames, store } = given
  return {
    prefix,
    tags,
    permissions: {
      create: given.allowCreate ?? permissions.create ?? true,
      read: given.allowRead ?? permissions.read ?? true,
      update: given.allowUpdate ?? permissions.update ?? true,
      delete: given.allowDelete ?? permissions.delete ?? true,
    },
    uniqueNames,
    store,
  }
}

/** @throws CHAPKIT_ERR_INVALID_OPTION for what is no TypeBox object. */
export function assertObjectSchema(schema: unknown): asserts schema is TObject {
  if (IsObject(schema)) return
  throw new InvalidOptionError(
    'withConfig(): the schema must be a TypeBox object, such as Type.Object({ environment: Type.String() }) ' +
      "with Type of the package 'typebox'.",
  )
}

function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return METHODS.every((method) => typeof Reflect.get(value, method) === 'function')
}
