import { unavailable, unstorable } from '../unavailable.ts'

/** Whether a query failed because another process holds the lock of the file: worth another try. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (code & 0xff) === SQLITE_BUSY && code !== SQLITE_BUSY_SNAPSHOT
}

/** What the client is told of an error of SQLite; the error itself where it is for the caller to handle, or a bug. */
export function describeSqliteFault(error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  if (isBusy(error)) return unavailable(error, 'The database is busy; try again later.')
  if (UNAVAILABLE.has(code & 0xff)) return unavailable(error)
  if (UNSTORABLE.has(code & 0xff)) return unstorable(error)
  return error
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
}

const SQLITE_BUSY = 5

/** A read transaction that wants to write must start anew. */
const SQLITE_BUSY_SNAPSHOT = 517

/** SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN. */
const UNAVAILABLE = new Set([10, 13, 14])

/** SQLITE_TOOBIG, SQLITE_MISMATCH. */
const UNSTORABLE = new Set([18, 20])
