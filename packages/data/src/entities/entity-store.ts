import type { Range, Slice } from '../paging.ts'
import type { Entity } from './entity.ts'

/** A write that was refused since a member that must be unique has the value of another entity's: `{ duplicate: 'id' }`. */
export interface Duplicate {
  /** Name of the member. */
  readonly duplicate: string
}

/** How `findById` reads. */
export interface FindOptions {
  /** Inside a transaction: nobody else may change the entity before its end. Default: false. */
  readonly lock?: boolean
}

/**
 * Where entities of one kind are kept, in the order of their ids.
 *
 * Many calls may run at once; each takes effect whole or not at all. A store that cannot work rejects, and the client gets
 * 500, or what the `Problem` says that it rejects with. `ifVersions` makes a write depend on what is stored: it is done only
 * when the stored version is one of them, and `changed` when it is not; looking and writing are one step.
 */
export interface EntityStore<E extends Entity> {
  /** Adds an entity, if its id and its unique members are free. */
  insert(entity: E): Promise<'stored' | Duplicate>

  /** Replaces the entity with this id, and gives it as it is stored; `createdAt` stays. `missing` when there is none. */
  replace(
    entity: Omit<E, 'createdAt'>,
    ifVersions?: readonly string[],
  ): Promise<E | 'missing' | 'changed' | Duplicate>

  /** Removes an entity. */
  delete(id: string, ifVersions?: readonly string[]): Promise<'deleted' | 'missing' | 'changed'>

  findById(id: string, options?: FindOptions): Promise<E | undefined>

  /** All entities. */
  list(): Promise<E[]>

  /** A part of that list and the length of the whole, both of one moment. */
  slice(range: Range): Promise<Slice<E>>

  /** The first entities after an id, or of all: cheap however many there are before it. */
  after(id: string | undefined, limit: number): Promise<E[]>
}
