import type { Entity } from './entity.ts'

/**
 * What runs around each write of an entity, in the transaction of the write: what throws undoes it, and its `Problem`
 * is what the client gets. Managers and `app.database.executor` take part in the transaction. On PostgreSQL a transaction
 * that collides with another is run again, its hooks as well: effects outside of the database belong elsewhere.
 *
 * A `pre` hook may give the entity as it is to be stored; its id, version and times stay as they are.
 */
export interface LifecycleHooks<E extends Entity> {
  /** Before an entity is created. */
  readonly preSave?: (entity: E) => Awaitable<E | void>
  /** After it was created. */
  readonly postSave?: (entity: E) => Awaitable<void>
  /** Before an entity is replaced. */
  readonly preUpdate?: (entity: E, previous: E) => Awaitable<E | void>
  /** After it was replaced. */
  readonly postUpdate?: (entity: E, previous: E) => Awaitable<void>
  /** Before an entity is deleted. */
  readonly preDelete?: (entity: E) => Awaitable<void>
  /** After it was deleted. */
  readonly postDelete?: (entity: E) => Awaitable<void>
}

type Awaitable<T> = T | Promise<T>
