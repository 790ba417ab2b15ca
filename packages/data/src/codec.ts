/** How a database keeps what SQL has no common type for. One a dialect. */
export interface Codec {
  /** A JSON value as the database takes it. */
  encodeJson(value: unknown): string
  /** A JSON value as it was before. */
  decodeJson(stored: unknown): unknown
  /** A time as the database takes it, in milliseconds. */
  encodeTime(time: Date): string
  /** A time as it was before. */
  decodeTime(stored: unknown): Date
}

/** SQLite keeps JSON and times (ISO 8601, UTC, which sorts as text) as text. */
export const sqliteCodec: Codec = {
  encodeJson: (value) => JSON.stringify(value),
  decodeJson: (stored) => JSON.parse(String(stored)) as unknown,
  encodeTime: (time) => time.toISOString(),
  decodeTime: (stored) => new Date(String(stored)),
}
