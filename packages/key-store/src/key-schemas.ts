import { ENVIRONMENT_PATTERN, SCOPE_PATTERN } from '@chapkit/auth'
import { entityOutputSchema, isoTime, UlidSchema } from '@chapkit/data'
import { type TSchema, Type } from 'typebox'
import { keyState, type NewKey, type StoredKey } from './stored-key.ts'

/*
 * What the OpenAPI document says of keys. Bodies are checked by key-input.ts, which says more than JSON Schema can.
 */

const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()])

const SETTABLE = {
  name: orNull(
    Type.String({ minLength: 1, maxLength: 100, pattern: '^[ -~]+$', description: 'What people call it' }),
  ),
  scopes: orNull(
    Type.Array(Type.String({ pattern: SCOPE_PATTERN }), {
      minItems: 1,
      maxItems: 100,
      description:
        'What it may do, such as configs:read or configs:*; null for all but what is administrative',
    }),
  ),
  expires_at: orNull(
    Type.String({ format: 'date-time', description: 'From then on it is valid no more; null for never' }),
  ),
  not_before: orNull(Type.String({ format: 'date-time', description: 'From then on it is valid' })),
  rate_limit: orNull(
    Type.String({
      pattern: '^[1-9][0-9]{0,8}/([1-9][0-9]{0,3})?[smhd]$',
      description: 'Its own limit, such as 100/m or 30/10s, in place of that of the service',
    }),
  ),
  allow_from: orNull(
    Type.Array(Type.String({ description: 'Address or network: 192.0.2.7, 10.0.0.0/8' }), {
      minItems: 1,
      maxItems: 100,
      description: 'Where it may be sent from; null for anywhere',
    }),
  ),
}

/** What a client sends to replace what is said of a key. */
export const KeyInputSchema = Type.Partial(Type.Object(SETTABLE, { additionalProperties: false }))

/** What a client sends to get a key. */
export const NewKeyInputSchema = Type.Partial(
  Type.Object(
    {
      ...SETTABLE,
      environment: Type.String({
        pattern: ENVIRONMENT_PATTERN,
        default: 'prod',
        description: "Stands in the key, after 'sk_'",
      }),
    },
    { additionalProperties: false },
  ),
)

/** What a client sends to replace a key by a new one. */
export const RotationSchema = Type.Partial(
  Type.Object(
    {
      overlap: Type.String({
        pattern: '^[0-9]{1,6}[smhdw]$',
        default: '7d',
        description: 'How long the old key stays valid, if it does not expire before',
      }),
      expires_at: orNull(
        Type.String({ format: 'date-time', description: 'Of the new key. Default: that of the old one' }),
      ),
    },
    { additionalProperties: false },
  ),
)

/** What a client gets of a key: all but its text. */
export const KeySchema = entityOutputSchema(
  Type.Object({
    ...SETTABLE,
    prefix: Type.String({ description: 'Its beginning' }),
    state: Type.Enum(['active', 'pending', 'expired', 'revoked']),
    revoked_at: orNull(Type.String({ format: 'date-time' })),
    last_used_at: orNull(Type.String({ format: 'date-time', description: 'Some seconds late' })),
  }),
)

/** What a client gets of a key that was just made. */
export const NewKeySchema = Type.Object({
  ...(KeySchema.properties as Record<string, TSchema>),
  id: UlidSchema,
  key: Type.String({ description: 'The key itself. It is shown once, here, and kept nowhere' }),
})

/** A key as it goes over the wire; its text is there when it was just made. */
export function toWire(key: StoredKey | NewKey) {
  const time = (at: Date | undefined) => (at ? isoTime(at) : null)
  return {
    id: key.id,
    created_at: isoTime(key.createdAt),
    updated_at: isoTime(key.updatedAt),
    name: key.name ?? null,
    prefix: key.prefix,
    ...('key' in key && { key: key.key }),
    state: keyState(key),
    scopes: key.scopes ?? null,
    expires_at: time(key.expiresAt),
    not_before: time(key.notBefore),
    rate_limit: key.rateLimit ?? null,
    allow_from: key.allowFrom ?? null,
    revoked_at: time(key.revokedAt),
    last_used_at: time(key.lastUsedAt),
  }
}
