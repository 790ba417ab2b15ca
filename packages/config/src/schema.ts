import { type TObject, Type } from 'typebox'
import type { Config } from './config.ts'

const ULID = { pattern: '^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$', description: 'ULID' }
const UlidSchema = Type.String(ULID)

/** Path parameters of one config. */
export const ConfigParamsSchema = Type.Object({ entity_id: UlidSchema })

/** What a client sends; members beside these are ignored. */
export function configInputSchema(data: TObject) {
  return Type.Object({
    // One schema rather than a union of two: a wrong id is one fault.
    id: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], ...ULID })),
    name: Type.String(),
    data,
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
