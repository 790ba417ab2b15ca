/** What every stored thing has, whatever else it is made of. */
export interface Entity {
  /** ULID, in upper case. */
  readonly id: string
  /** ULID of the write that made it what it is: another one after each change. It is the entity tag. */
  readonly version: string
  readonly createdAt: Date
  /** When it was last replaced; `createdAt` at first. */
  readonly updatedAt: Date
}

/** The members of an entity that are its own. */
export type FieldsOf<E extends Entity> = Omit<E, keyof Entity>

/** What an entity is made of. */
export type EntityInput<E extends Entity> = FieldsOf<E> & {
  /** ULID of its own. Default: a new one. */
  readonly id?: string | null
}
