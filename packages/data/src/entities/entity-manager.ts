import { Problem } from '@chapkit/core'
import { type Page, readPage } from '../paging.ts'
import { createUlid, parseUlid } from '../ulid.ts'
import type { Entity, EntityInput } from './entity.ts'
import type { Duplicate, EntityStore } from './entity-store.ts'
import type { InputCheck } from './input-check.ts'
import type { LifecycleHooks } from './lifecycle.ts'
import { withArticle } from './with-article.ts'

/** What a write may depend on. */
export interface WriteOptions {
  /** Do it only when the stored version is one of these; else precondition-failed (412). Default: any version. */
  readonly ifVersions?: readonly string[] | undefined
}

/** What a manager works with. */
export interface EntityManagerParts<E extends Entity> {
  /** What one is called, for the text of problems: `config`. */
  readonly name: string
  /** Names of the entity's own members; others in the input have no effect. */
  readonly members: readonly string[]
  readonly store: EntityStore<E>
  readonly check: InputCheck
  /** Runs the work of hooks in a transaction. Default: without one. */
  readonly transaction?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined
}

/** Members that the manager gives an entity. */
type Stamp = Pick<Entity, 'id' | 'version' | 'updatedAt'>

/**
 * The entities of one kind, for the service's own code. The routes use it as well, so code and clients get the same defaults
 * and the same refusals.
 *
 * Ids are ULIDs; lower case is accepted. What is refused is a `Problem`: validation-failed (422) for what does not fit the
 * schema, conflict (409) for an id or a unique member that is taken, not-found (404), precondition-failed (412),
 * invalid-ulid (400).
 */
export class EntityManager<E extends Entity, Input = EntityInput<E>> {
  readonly #name: string
  readonly #members: readonly string[]
  readonly #store: EntityStore<E>
  readonly #check: InputCheck
  readonly #transaction: <T>(work: () => Promise<T>) => Promise<T>
  readonly #hooks: LifecycleHooks<E>[] = []

  /** Made by modules: take `app.configs`, or what `defineEntity()` publishes. */
  constructor({ name, members, store, check, transaction = (work) => work() }: EntityManagerParts<E>) {
    this.#name = name
    this.#members = members
    this.#store = store
    this.#check = check
    this.#transaction = transaction
  }

  /** Adds hooks; they run in the order in which they were added. */
  addHooks(hooks: LifecycleHooks<E>): void {
    this.#hooks.push(hooks)
  }

  /** The entity with this id; undefined when there is none. */
  async findById(id: string): Promise<E | undefined> {
    return this.complete(await this.#store.findById(parseUlid(id)))
  }

  /** All of them, in the order of their ids. */
  async list(): Promise<E[]> {
    return this.#completeAll(await this.#store.list())
  }

  /**
   * One page of them.
   *
   * @param page - Number of the page, from 1.
   * @param size - Entities on a page.
   */
  async page(page: number, size: number): Promise<Page<E>> {
    return readPage(page, size, async (range) => {
      const { items, total } = await this.#store.slice(range)
      return { items: this.#completeAll(items), total }
    })
  }

  /**
   * The first of them after an id, in the order of their ids: the way to read a large table page by page.
   *
   * @param id - The last id that was read; undefined for the start of the list.
   */
  async after(id: string | undefined, limit: number): Promise<E[]> {
    return this.#completeAll(await this.#store.after(id === undefined ? id : parseUlid(id), limit))
  }

  /** Adds an entity; conflict when its id or a unique member is taken. */
  async create(input: Input): Promise<E> {
    const checked = this.#checked(input)
    const id = checked['id'] ? parseUlid(checked['id'] as string) : createUlid()
    const now = new Date()
    const entity = this.#entity(checked, { id, version: createUlid(), updatedAt: now }, now)
    if (!this.#hasHooks('preSave', 'postSave')) return this.#insert(entity)
    return this.#transaction(async () => {
      const prepared = await this.#prepare(entity, (hooks, draft) => hooks.preSave?.(draft))
      const stored = await this.#insert(prepared)
      for (const { postSave } of this.#hooks) await postSave?.(stored)
      return stored
    })
  }

  /** Replaces the members of an entity whole; not-found (404) when there is none. The id in `input` is ignored. */
  async replace(id: string, input: Input, { ifVersions }: WriteOptions = {}): Promise<E> {
    const key = parseUlid(id)
    const checked = this.#checked(input)
    const stamp = { id: key, version: createUlid(), updatedAt: new Date() }
    if (!this.#hasHooks('preUpdate', 'postUpdate')) {
      return this.#update(this.#entity(checked, stamp, stamp.updatedAt), ifVersions)
    }
    return this.#transaction(async () => {
      const previous = this.complete(await this.#store.findById(key, { lock: true }))
      if (!previous) throw missing(key)
      if (ifVersions && !ifVersions.includes(previous.version)) throw changed(key)
      const entity = this.#entity(checked, stamp, previous.createdAt)
      const prepared = await this.#prepare(entity, (hooks, draft) => hooks.preUpdate?.(draft, previous))
      const stored = await this.#update(prepared, ifVersions)
      for (const { postUpdate } of this.#hooks) await postUpdate?.(stored, previous)
      return stored
    })
  }

  /**
   * Replaces an entity by what `change` makes of it; not-found (404) when there is none. Nobody else changes it in between.
   *
   *     await app.products.modify(id, (product) => ({ ...product, stock: product.stock + 1 }))
   */
  async modify(id: string, change: (current: E) => Input | Promise<Input>): Promise<E> {
    const key = parseUlid(id)
    return this.#transaction(async () => {
      const current = this.complete(await this.#store.findById(key, { lock: true }))
      if (!current) throw missing(key)
      return this.replace(key, await change(current), { ifVersions: [current.version] })
    })
  }

  /** Removes an entity; false when there is none. */
  async delete(id: string, { ifVersions }: WriteOptions = {}): Promise<boolean> {
    const key = parseUlid(id)
    if (!this.#hasHooks('preDelete', 'postDelete')) return this.#delete(key, ifVersions)
    return this.#transaction(async () => {
      const entity = this.complete(await this.#store.findById(key, { lock: true }))
      if (!entity) return false
      if (ifVersions && !ifVersions.includes(entity.version)) throw changed(key)
      for (const { preDelete } of this.#hooks) await preDelete?.(entity)
      const isDeleted = await this.#delete(key, ifVersions)
      for (const { postDelete } of this.#hooks) await postDelete?.(entity)
      return isDeleted
    })
  }

  /** Input as it would be stored: checked, and with the defaults of the schema. */
  protected checked(input: Input): Input {
    return this.#checked(input) as Input
  }

  /** Fills in the defaults that the schema did not have yet when the entity was stored. */
  protected complete(entity: E | undefined): E | undefined {
    if (entity) this.#check.complete(entity)
    return entity
  }

  #completeAll(entities: E[]): E[] {
    for (const entity of entities) this.#check.complete(entity)
    return entities
  }

  /** Code may pass an entity as it got it; JSON has no dates. */
  #checked(input: unknown): Record<string, unknown> {
    const isEntity = (input as Partial<Entity> | null)?.createdAt instanceof Date
    return this.#check.check(isEntity ? this.#ownMembers(input as E) : input)
  }

  #ownMembers(entity: E): object {
    return Object.fromEntries(Object.entries(entity).filter(([name]) => this.#members.includes(name)))
  }

  #entity(checked: Readonly<Record<string, unknown>>, stamp: Stamp, createdAt: Date): E {
    const { id, version, updatedAt } = stamp
    const entity: Record<string, unknown> = { id, version, createdAt, updatedAt }
    for (const member of this.#members) if (member in checked) entity[member] = checked[member]
    return entity as unknown as E
  }

  #hasHooks(...names: readonly (keyof LifecycleHooks<E>)[]): boolean {
    return this.#hooks.some((hooks) => names.some((name) => hooks[name] !== undefined))
  }

  /** What the hooks make of an entity. What they give is checked as all input is. */
  async #prepare(
    entity: E,
    run: (hooks: LifecycleHooks<E>, draft: E) => E | void | Promise<E | void>,
  ): Promise<E> {
    let draft = entity
    for (const hooks of this.#hooks) {
      const given = await run(hooks, draft)
      if (given) draft = this.#entity(this.#check.check(this.#ownMembers(given)), entity, entity.createdAt)
    }
    return draft
  }

  async #insert(entity: E): Promise<E> {
    const outcome = await this.#store.insert(entity)
    if (outcome !== 'stored') throw this.#taken(entity, outcome)
    return entity
  }

  async #update(entity: E, ifVersions: readonly string[] | undefined): Promise<E> {
    const outcome = await this.#store.replace(entity, ifVersions)
    if (outcome === 'missing') throw missing(entity.id)
    if (outcome === 'changed') throw changed(entity.id)
    if ('duplicate' in outcome) throw this.#taken(entity, outcome)
    return outcome
  }

  async #delete(id: string, ifVersions: readonly string[] | undefined): Promise<boolean> {
    const outcome = await this.#store.delete(id, ifVersions)
    if (outcome === 'changed') throw changed(id)
    return outcome === 'deleted'
  }

  #taken(entity: E, { duplicate }: Duplicate): Problem {
    if (duplicate === 'id') {
      const detail = `${withArticle(this.#name, 'A')} with id ${entity.id} exists already; PUT replaces it.`
      return new Problem('conflict', detail)
    }
    const value = String((entity as unknown as Record<string, unknown>)[duplicate])
    const shown = value.length > 100 ? `${value.slice(0, 100).replace(/[\ud800-\udbff]$/, '')}…` : value
    const detail = `${withArticle(this.#name, 'A')} with the ${duplicate} '${shown}' exists already; choose another ${duplicate}.`
    return new Problem('conflict', detail)
  }
}

/** What a client is told about an id that names nothing. */
export function missing(id: string): Problem {
  return new Problem('not-found', `Entity with id ${id} not found`)
}

/** What a client is told whose condition does not hold. */
export function changed(id: string): Problem {
  const detail = `The entity with id ${id} has been changed; read it again and repeat the request with its new ETag.`
  return new Problem('precondition-failed', detail)
}
