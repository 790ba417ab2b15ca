import { type TObject, type TSchema, Type } from 'typebox'

const ULID = { pattern: '^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$', description: 'ULID' }

/** An id on the wire. */
export const UlidSchema = Type.String(ULID)

/** Path parameters of one entity. */
export const EntityParamsSchema = Type.Object({ entity_id: UlidSchema })

// A client may send back what it got.
const IGNORED = { readOnly: true, description: 'Has no effect' }

/** What a client sends: the fields, where those with a default may be missing, and an id if it likes. */
export function entityInputSchema(fields: TObject): object {
  const { properties, ...schema } = withoutDefaulted(fields)
  // One schema rather than a union of two: a wrong id is one fault.
  const id = { type: ['string', 'null'], ...ULID }
  return { ...schema, properties: { id, created_at: IGNORED, updated_at: IGNORED, ...properties } }
}

/** What a client gets. */
export function entityOutputSchema(fields: TObject): TObject {
  return Type.Object({
    id: UlidSchema,
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
    ...(fields.properties as Record<string, TSchema>),
  })
}

// What stands there is data, in which members may have any name.
const DATA_KEYWORDS = new Set(['default', 'const', 'enum', 'examples'])

/** The schema as it is for input: members that have a default are not required, on any level. */
function withoutDefaulted<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(withoutDefaulted) as T
  if (!isRecord(schema)) return schema
  const { properties, required } = schema
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'required' && Array.isArray(required) && isRecord(properties)) {
      return [keyword, required.filter((name: string) => !hasDefault(properties[name]))]
    }
    return [keyword, DATA_KEYWORDS.has(keyword) ? value : withoutDefaulted(value)]
  })
  return Object.fromEntries(entries) as T
}

function hasDefault(schema: unknown): boolean {
  return isRecord(schema) && 'default' in schema
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
