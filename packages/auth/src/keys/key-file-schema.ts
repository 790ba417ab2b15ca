import { type Static, Type } from 'typebox'
import { isApiKeyHash } from './digest.ts'
import { KEY_PROPERTIES, toKeyDetails } from './key-properties.ts'
import type { KeyRecord } from './key-record.ts'
import { SHOWN } from './mask-key.ts'

const KeyText = Type.Refine(
  Type.String(),
  (key) => key.trim() !== '',
  () => 'must be a key',
)

const KeyHash = Type.Refine(
  Type.String(),
  isApiKeyHash,
  () => "must be 'sha256:' and 64 hexadecimal digits, as `chapkit keys hash` prints it",
)

const KeyPrefix = Type.Refine(
  Type.String(),
  (prefix) => /^sk_[0-9A-Za-z]{1,32}_$/.test(prefix),
  () => "must be the beginning of a generated key, 'sk_prod_', and nothing of what follows it",
)

const EntrySchema = Type.Object(
  {
    ...KEY_PROPERTIES,
    key: Type.Optional(KeyText),
    hash: Type.Optional(KeyHash),
    prefix: Type.Optional(KeyPrefix),
  },
  { additionalProperties: false },
)

/** What a key file of JSON holds. */
export const KeyFileSchema = Type.Object({ keys: Type.Array(EntrySchema) }, { additionalProperties: false })

/** A key in a key file of JSON. It has `key` or `hash`, and not both; `prefix` is for logs and for the rotation of a hash. */
export type KeyFileEntry = Static<typeof EntrySchema>

/** Names of what a key in a file may have. */
export const ENTRY_PROPERTIES: readonly string[] = Object.freeze(Object.keys(EntrySchema.properties))

/** The entries as the ring takes them. */
export function toKeyRecords(entries: readonly KeyFileEntry[]): KeyRecord[] {
  return entries.map((entry, index) => {
    const details = toKeyDetails(entry)
    return entry.key === undefined
      ? { ...details, hash: String(entry.hash), prefix: entry.prefix?.slice(0, SHOWN) }
      : { ...details, key: entry.key.trim(), place: `entry ${index + 1}` }
  })
}
