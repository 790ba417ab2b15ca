import { ENVIRONMENT_PATTERN, KEY_PROPERTIES, parseTime, toKeyDetails } from '@chapkit/auth'
import { toProblem } from '@chapkit/core'
import { copyJson } from '@chapkit/data'
import { type Static, type TSchema, Type } from 'typebox'
import { Errors } from 'typebox/schema'
import { parseDuration } from './parse-duration.ts'
import { type KeySettings, toSettings } from './stored-key.ts'

const { id: _, ...SETTABLE } = KEY_PROPERTIES

const Environment = Type.Refine(
  Type.String(),
  (environment) => new RegExp(ENVIRONMENT_PATTERN).test(environment),
  () => 'must be 1 to 32 letters and digits, such as prod, staging or dev',
)

const FutureTime = Type.Refine(
  Type.String(),
  (time) => parseTime(time) > Date.now(),
  () => "must be a time to come, such as '2099-01-31T12:00:00Z': the key would never be valid",
)

const Duration = Type.Refine(
  Type.String(),
  (text) => parseDuration(text) !== undefined,
  () => "must be a time such as '7d', '12h', '30m' or '0s'",
)

const Replacement = Type.Object(SETTABLE, { additionalProperties: false })

const Creation = Type.Object(
  { ...SETTABLE, expires_at: Type.Optional(FutureTime), environment: Type.Optional(Environment) },
  { additionalProperties: false },
)

const Rotation = Type.Object(
  { overlap: Type.Optional(Duration), expires_at: Type.Optional(FutureTime) },
  { additionalProperties: false },
)

/** Reads what a key is to be from now on. */
export function readReplacement(body: unknown): KeySettings {
  return toSettings(toKeyDetails(read(Replacement, body)))
}

/** Reads what a new key is to be. */
export function readCreation(body: unknown): { settings: KeySettings; environment: string } {
  const { environment = 'prod', ...properties } = read(Creation, body)
  return { settings: toSettings(toKeyDetails(properties)), environment }
}

/** Reads until when an old key is valid, and the new one. A request without a body means the defaults. */
export function readRotation(body: unknown): { until: Date; expiresAt: Date | undefined } {
  const { overlap = '7d', expires_at } = read(Rotation, body ?? {})
  return {
    until: new Date(Date.now() + Number(parseDuration(overlap))),
    expiresAt: expires_at === undefined ? undefined : new Date(parseTime(expires_at)),
  }
}

/**
 * Checks a body. `null` means that there is no such member, as in what a client gets. Nothing of a wrong value is in the
 * problem: it may be a key.
 *
 * @throws Problem validation-failed (422).
 */
function read<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  const { copy, faults } = copyJson(body ?? null)
  const value = withoutNulls(copy)
  const validation =
    faults.length > 0
      ? faults.map(({ pointer, detail }) => ({ instancePath: pointer, message: detail, params: {} }))
      : Errors(schema, value)[1]
          // One for each unknown member says where it is; this one does not.
          .filter(({ keyword }) => keyword !== 'additionalProperties')
          .map(({ keyword, instancePath, message }) => ({
            instancePath,
            message: keyword === 'boolean' ? 'is not a member that can be set' : message,
            params: {},
          }))
  if (validation.length > 0) throw toProblem({ validation, validationContext: 'key' })
  return value as Static<Schema>
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}
