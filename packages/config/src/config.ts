import type { Entity, EntityInput } from '@chapkit/data'

/** A config: data of the service's own schema under a name. */
export interface Config<T = unknown> extends Entity {
  readonly name: string
  readonly data: T
}

/**
 * What a config is made of: a name, data of the service's schema and, if it likes, a ULID of its own. A client, or code without
 * types, may leave out members of the data that have a default in the schema.
 */
export type ConfigInput<T = unknown> = EntityInput<Config<T>>
