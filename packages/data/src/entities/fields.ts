import type { Codec } from '../codec.ts'

/** How a member of an entity is kept. `text` is for strings; what is none of the others is `json`. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'time' | 'json'

/** A member of an entity, and the column that keeps it. */
export interface Field {
  readonly column: string
  readonly kind: FieldKind
  /** What a member is that has no value in the table: not there (the default), or `null`. */
  readonly absent?: 'omitted' | 'null'
}

/** The members of an entity by name, beside those that every entity has. */
export type Fields<Name extends string = string> = Readonly<Record<Name, Field>>

/** A value as the column takes it. */
export function encodeField({ kind, absent }: Field, value: unknown, codec: Codec): unknown {
  if (value === undefined || (value === null && absent === 'null')) return null
  switch (kind) {
    case 'json':
      return codec.encodeJson(value)
    case 'boolean':
      return codec.encodeBoolean(value as boolean)
    case 'time':
      return codec.encodeTime(value as Date)
    default:
      return value
  }
}

/** The value of a column; undefined for a member that is not there. */
export function decodeField({ kind, absent }: Field, stored: unknown, codec: Codec): unknown {
  if (stored === null || stored === undefined) return absent === 'null' ? null : undefined
  switch (kind) {
    case 'json':
      return codec.decodeJson(stored)
    case 'boolean':
      return codec.decodeBoolean(stored)
    case 'time':
      return codec.decodeTime(stored)
    case 'number':
      return Number(stored)
    default:
      return stored
  }
}
