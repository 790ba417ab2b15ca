import { KEY_PROPERTIES, type KeyDetails, type KeyProperties, parseTime, toKeyDetails } from '@chapkit/auth'
import { faultsOf } from '@chapkit/core'
import { parseDuration } from '@chapkit/key-store'
import type { TSchema } from 'typebox'
import { CommandFailure } from './failure.ts'

/** What the command line says of a key. */
export interface KeyDetailOptions {
  readonly id?: string
  readonly name?: string
  readonly scope?: readonly string[]
  readonly expires?: string
  readonly rate?: string
  readonly allowFrom?: readonly string[]
}

/** Which option says which property. */
const OPTIONS = {
  id: '--id',
  name: '--name',
  scopes: '--scope',
  rate_limit: '--rate',
  allow_from: '--allow-from',
} as const satisfies Partial<Record<keyof KeyProperties, string>>

/**
 * Reads what the command line says of a key.
 *
 * @throws CommandFailure that names the option, and not its value, which may be a key.
 */
export function readKeyDetails(options: KeyDetailOptions): KeyDetails {
  const { id, name, scope, rate, allowFrom, expires } = options
  const properties: KeyProperties = {
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(scope && { scopes: [...scope] }),
    ...(rate !== undefined && { rate_limit: rate }),
    ...(allowFrom && { allow_from: [...allowFrom] }),
  }
  for (const [property, option] of Object.entries(OPTIONS)) {
    const value = properties[property as keyof KeyProperties]
    if (value === undefined) continue
    const schema: TSchema = KEY_PROPERTIES[property as keyof KeyProperties]
    const [fault] = faultsOf(schema, value)
    if (fault) throw new CommandFailure(`${option} ${fault.message}.`)
  }
  return { ...toKeyDetails(properties), expiresAt: expires === undefined ? undefined : readExpiry(expires) }
}

function readExpiry(text: string): number {
  const duration = parseDuration(text)
  const time = duration === undefined ? parseTime(text) : Date.now() + duration
  if (Number.isNaN(time)) {
    throw new CommandFailure(
      "--expires must be a time such as '90d' or '12h', a date, or '2027-01-31T12:00:00Z'.",
    )
  }
  if (time <= Date.now()) throw new CommandFailure('--expires is in the past: the key would never be valid.')
  return time
}
