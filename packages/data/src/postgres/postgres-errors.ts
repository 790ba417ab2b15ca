import type { Problem } from '@chapkit/core'
import { unavailable, unstorable } from '../unavailable.ts'

/** What an error of pg means for the client and for the connection. */
export interface Fault {
  /** What the client is told; undefined where the error is for the caller to handle, or a bug. */
  readonly problem: Problem | undefined
  /** Whether the connection is of no more use. */
  readonly broken: boolean
}

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function describeFault(error: unknown): Fault {
  const state = sqlStateOf(error)
  if (state === undefined) {
    const lost = isConnectionLost(error)
    return { problem: lost ? unavailable(error) : undefined, broken: lost }
  }
  if (BUSY.test(state)) return { problem: unavailable(error), broken: false }
  if (DOWN.test(state)) return { problem: unavailable(error), broken: true }
  if (UNSTORABLE.has(state)) return { problem: unstorable(error), broken: false }
  return { problem: undefined, broken: false }
}

/** Another try may succeed: out of resources, a statement that took too long, a lock, a collision. */
const BUSY = /^(?:53|55P03$|57014$|40001$|40P01$)/

/**
 * Connection failures, refused logins, a server that is stopped, starts or has lost its database, and one that has become
 * the standby of another one (25006).
 */
const DOWN = /^(?:08|28|3D000$|57P|58|25P03$|25006$)/

/** Data that no column takes: text that is not valid, numbers and times out of range, more than an index or a stack holds. */
const UNSTORABLE = new Set([
  '22001',
  '22003',
  '22007',
  '22008',
  '22021',
  '22P02',
  '22P03',
  '22P05',
  '22030',
  '22032',
  '54000',
  '54001',
])

/** SQLSTATE that the server gave, where the error comes from it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined
  return String(error.code)
}

/** A prepared statement whose table has got other columns since (a migration of another process); it must be prepared anew. */
export function isStalePlan(error: unknown): boolean {
  return (
    sqlStateOf(error) === '0A000' &&
    'routine' in (error as object) &&
    (error as { routine: unknown }).routine === 'RevalidateCachedQuery'
  )
}

/** Errors of the operating system, and what pg says of a connection that is gone; it gives them no code. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('syscall' in error || ('code' in error && NETWORK.has(String(error.code)))) return true
  return LOST.test(error.message)
}

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])

const LOST =
  /^(?:No answer within|Connection terminated|Client (?:was closed|has encountered a connection error)|Query read timeout|timeout e|Cannot use a pool after)/
