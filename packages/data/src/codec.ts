import { type RawBuilder, sql } from 'kysely'
import { isoTime } from './iso-time.ts'

/** Data types of columns, for migrations: `addColumn('data', types.json)`. */
export interface ColumnTypes {
  /** Text that is compared byte by byte, so that all databases order it alike. */
  readonly id: ColumnType
  readonly text: ColumnType
  /** JSON as it was written: the order of members stays. */
  readonly json: ColumnType
  /** A moment, in milliseconds. */
  readonly time: ColumnType
  /** A floating-point number of 64 bits. */
  readonly number: ColumnType
  /** A whole number of 64 bits; read as a number where it is a safe one. */
  readonly integer: ColumnType
  readonly boolean: ColumnType
  readonly bytes: ColumnType
}

/** What `addColumn()` takes. */
export type ColumnType =
  | 'text'
  | 'json'
  | 'double precision'
  | 'real'
  | 'bigint'
  | 'integer'
  | 'boolean'
  | 'bytea'
  | 'blob'
  | RawBuilder<unknown>

/** How a database keeps what SQL has no common type for. One a dialect. */
export interface Codec {
  /** A JSON value as the database takes it. */
  encodeJson(value: unknown): unknown
  /** A JSON value as it was before. */
  decodeJson(stored: unknown): unknown
  /** A time as the database takes it, in milliseconds. */
  encodeTime(time: Date): unknown
  /** A time as it was before. */
  decodeTime(stored: unknown): Date
  /** A boolean as the database takes it. */
  encodeBoolean(value: boolean): unknown
  /** A boolean as it was before. */
  decodeBoolean(stored: unknown): boolean
  /** Types of the columns for these. */
  readonly types: ColumnTypes
}

/** SQLite keeps JSON and times (ISO 8601, UTC, which sorts as text) as text, and booleans as 0 and 1. */
export const sqliteCodec: Codec = {
  encodeJson: (value) => JSON.stringify(value),
  decodeJson: (stored) => JSON.parse(String(stored)) as unknown,
  encodeTime: isoTime,
  decodeTime: (stored) => new Date(String(stored)),
  encodeBoolean: (value) => (value ? 1 : 0),
  decodeBoolean: (stored) => stored === 1,
  types: {
    id: 'text',
    text: 'text',
    json: 'text',
    time: 'text',
    number: 'real',
    integer: 'integer',
    boolean: 'integer',
    bytes: 'blob',
  },
}

/**
 * PostgreSQL has types of its own. `json`, not `jsonb`, which would sort members and refuse `\u0000`; the driver gives it
 * as text, so that a JSON `null` differs from no value.
 */
export const postgresCodec: Codec = {
  encodeJson: (value) => JSON.stringify(value),
  decodeJson: (stored) => JSON.parse(String(stored)) as unknown,
  // pg would write a Date in local time.
  encodeTime: isoTime,
  decodeTime: (stored) => (stored instanceof Date ? stored : new Date(String(stored))),
  encodeBoolean: (value) => value,
  decodeBoolean: (stored) => stored === true,
  types: {
    id: sql`text collate "C"`,
    text: 'text',
    json: 'json',
    time: sql`timestamptz(3)`,
    number: 'double precision',
    integer: 'bigint',
    boolean: 'boolean',
    bytes: 'bytea',
  },
}
