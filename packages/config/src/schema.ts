import { type TObject, Type } from 'typebox'
import type { Config } from './config.ts'

const ULID = { pattern: '^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$', description: 'ULID' }
const UlidSchema = Type.String(ULID)

/** Path parameters of one config. */
export const ConfigParamsSchema = Type.Object({ entity_id: UlidSchema })

/** What a client sends; members beside these are ignored, and what has a default may be missing. */
export function configInputSchema(data: TObject) {
  return Type.Object({
    // One schema rather than a union of two: a wrong id is one fault.
    id: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], ...ULID })),
    name: Type.String(),
    data: Type.Unsafe(withoutDefaulted(data) as object),
  })
}

/** What a client gets. */
export function configOutputSchema(data: TObject) {
  return Type.Object({
    id: UlidSchema,
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
    name: Type.String(),
    data,
  })
}

/** A config as it goes over the wire. */
export function toWire({ id, createdAt, updatedAt, name, data }: Config) {
  return {
    id,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
    name,
    data,
  }
}

// What stands there is data, in which members may have any name.
const DATA_KEYWORDS = new Set(['default', 'const', 'enum', 'examples'])

/** The schema as it is for input: members that have a default are not required, on any level. */
function withoutDefaulted(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaulted)
  if (!isRecord(schema)) return schema
  const { properties, required } = schema
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'required' && Array.isArray(required) && isRecord(properties)) {
      return [keyword, required.filter((name: string) => !hasDefault(properties[name]))]
    }
    return [keyword, DATA_KEYWORDS.has(keyword) ? value : withoutDefaulted(value)]
  })
  return Object.fromEntries(entries) as unknown
}

function hasDefault(schema: unknown): boolean {
  return isRecord(schema) && 'default' in schema
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
