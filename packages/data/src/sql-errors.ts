/**
 * Whether a query failed because a value that must be unique is there already.
 *
 * @param column - Only for this column: `configs.name`. Default: for any.
 */
export function isUniqueViolation(error: unknown, column?: string): boolean {
  if (!(error instanceof Error)) return false
  const [, columns] = UNIQUE_FAILED.exec(error.message) ?? []
  if (columns === undefined) return false
  return column === undefined || columns.split(', ').includes(column)
}

// node:sqlite gives no code of its own for it; SQLite's text has been the same since 3.8.
const UNIQUE_FAILED = /^UNIQUE constraint failed: (.+)$/

/** Whether a query failed because another process holds the lock of the file: worth another try. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

// Not SQLITE_BUSY_SNAPSHOT (517): a read transaction that wants to write must start anew.
const SQLITE_BUSY = 5
