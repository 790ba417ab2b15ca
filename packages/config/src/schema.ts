import { entityInputSchema, entityOutputSchema, isoTime } from '@chapkit/data'
import { type TObject, Type } from 'typebox'
import type { Config } from './config.ts'

/** What a client sends and gets, for data of a schema. */
export function configSchemas(data: TObject) {
  const fields = Type.Object({ name: Type.String(), data })
  return { input: entityInputSchema(fields), output: entityOutputSchema(fields) }
}

/** A config as it goes over the wire. */
export function toWire({ id, createdAt, updatedAt, name, data }: Config) {
  return {
    id,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
    name,
    data,
  }
}
