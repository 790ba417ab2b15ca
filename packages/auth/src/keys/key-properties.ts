import { parseLimit } from '@chapkit/core'
import { type Static, Type } from 'typebox'
import { isNetwork } from '../addresses.ts'
import { isScopePattern } from '../scopes.ts'
import { isGeneratedKey } from './generated-key.ts'
import type { KeyDetails } from './key-record.ts'

/*
 * What can be said of a key in JSON. Nothing of a wrong value is shown in the errors: somebody may have put a key there.
 */

const KeyId = Type.Refine(
  Type.String(),
  (id) => /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/.test(id) && !isGeneratedKey(id),
  () => 'must be 1 to 64 letters, digits, dots, dashes and underscores, and not a key',
)

const KeyName = Type.Refine(
  Type.String(),
  (name) => /^[^\p{C}]{1,100}$/u.test(name) && !name.split(' ').some(isGeneratedKey),
  () => 'must be 1 to 100 characters that can be seen, and not a key',
)

/** Scopes, or networks, of a key: each replica keeps them in memory. */
const MAX_LENGTH = 100

const Scope = Type.Refine(
  Type.String(),
  isScopePattern,
  () => "must be a scope such as 'configs:read', 'configs:*' or '*'",
)

const Scopes = Type.Refine(
  Type.Array(Scope),
  (scopes) => scopes.length > 0 && scopes.length <= MAX_LENGTH,
  () => 'must hold 1 to 100 scopes; leave it out for a key that may do everything',
)

const Time = Type.Refine(
  Type.String(),
  (time) => !Number.isNaN(parseTime(time)),
  () => "must be a time such as '2027-01-31T12:00:00Z', or a date, which begins at midnight UTC",
)

const RateLimit = Type.Refine(
  Type.String(),
  isLimit,
  () => "must be a number of requests, a slash and a time, such as '100/m', '5/s' or '30/10s'",
)

const Network = Type.Refine(
  Type.String(),
  isNetwork,
  () => "must be an address or a network, such as '192.0.2.7', '10.0.0.0/8' or '2001:db8::/32'",
)

const Networks = Type.Refine(
  Type.Array(Network),
  (networks) => networks.length > 0 && networks.length <= MAX_LENGTH,
  () => 'must hold 1 to 100 addresses or networks; leave it out for a key that may come from anywhere',
)

/** Schemas of what can be said of a key, by the names that it has in files and on the wire. */
export const KEY_PROPERTIES = Object.freeze({
  id: KeyId,
  name: Type.Optional(KeyName),
  scopes: Type.Optional(Scopes),
  expires_at: Type.Optional(Time),
  not_before: Type.Optional(Time),
  rate_limit: Type.Optional(RateLimit),
  allow_from: Type.Optional(Networks),
})

const Properties = Type.Partial(Type.Object(KEY_PROPERTIES))

/** What can be said of a key, as files and the wire have it. */
export type KeyProperties = Static<typeof Properties>

/** What was read of a key and checked by {@link KEY_PROPERTIES}, as a {@link KeyRecord} has it. */
export function toKeyDetails(properties: KeyProperties): KeyDetails {
  const { id, name, scopes, expires_at, not_before, rate_limit, allow_from } = properties
  return {
    id,
    name,
    scopes,
    expiresAt: expires_at === undefined ? undefined : parseTime(expires_at),
    notBefore: not_before === undefined ? undefined : parseTime(not_before),
    rateLimit: rate_limit,
    allowFrom: allow_from,
  }
}

/** What RFC 3339 can write and databases can keep, in UTC. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * Milliseconds since 1970 of a time or date of RFC 3339; NaN for anything else, such as the 30th of February, and for what is
 * in UTC before the year 1 or after 9999.
 */
export function parseTime(text: string): number {
  const [, date = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d))?$/.exec(text) ?? []
  const day = Date.parse(date)
  const exists = !Number.isNaN(day) && new Date(day).toISOString().startsWith(date)
  const time = exists ? Date.parse(text) : NaN
  return time >= EARLIEST && time <= LATEST ? time : NaN
}

function isLimit(text: string): boolean {
  try {
    parseLimit(text)
    return true
  } catch {
    return false
  }
}
