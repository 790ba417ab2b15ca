import { Problem } from '@chapkit/core'
import { isConnectionLost, sqlStateOf } from './postgres-errors.ts'

/** What no waiting mends, by SQLSTATE. */
const REFUSALS: readonly (readonly [state: RegExp, sentence: string])[] = [
  [/^28/, 'The database refuses the user or the password of its URL.'],
  [/^3D000$/, 'The database server has no database of the name in its URL.'],
  [/^42501$/, 'The user of the database URL has no right to use the database.'],
]

/**
 * Why a database will not answer, however long one waits; undefined where it may. The sentence is ours where pg might
 * quote the URL.
 *
 * @param error - What a query failed with.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return `The database cannot be used: ${messageOf(error)}.`
  const { cause } = error
  const state = sqlStateOf(cause)
  if (state !== undefined) return REFUSALS.find(([pattern]) => pattern.test(state))?.[1]
  if (isConnectionLost(cause) || !(cause instanceof Error) || 'errcode' in cause) return undefined
  if (cause.message.startsWith('SASL'))
    return 'The database asks for a password, and its URL has none that it takes.'
  return `The database cannot be connected to: ${messageOf(cause)}.`
}

/** What is wrong, in a word or two: the code of the operating system or of PostgreSQL, where there is one. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Problem ? error.cause : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : messageOf(cause)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}
