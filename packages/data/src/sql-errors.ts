import { isStalePlan, sqlStateOf } from './postgres/postgres-errors.ts'

/**
 * Whether a query failed because a value that must be unique is there already.
 *
 * @param column - Only for this column: `configs.name`. It is told by the name of its index, `configs_unique_name` (or
 * PostgreSQL's own `configs_name_key`, and `configs_pkey` for `configs.id`), or by SQLite itself. Default: for any.
 */
export function isUniqueViolation(error: unknown, column?: string): boolean {
  const violated = violatedBy(error)
  if (violated === undefined || column === undefined) return violated !== undefined
  const [table = '', name = ''] = column.split('.')
  const known = [column, `${table}_unique_${name}`, `${table}_${name}_key`]
  if (name === 'id') known.push(`${table}_pkey`)
  return violated.some((one) => known.includes(one))
}

/** Columns, or the index, that a unique violation names. */
function violatedBy(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error)) return undefined
  if (sqlStateOf(error) === UNIQUE_VIOLATION) {
    return [String('constraint' in error ? error.constraint : '')]
  }
  const [, index, columns] = UNIQUE_FAILED.exec(error.message) ?? []
  return index === undefined ? columns?.split(', ') : [index]
}

const UNIQUE_VIOLATION = '23505'

// node:sqlite gives no code of its own for it; SQLite's text has been the same since 3.8. An index of an expression is named.
const UNIQUE_FAILED = /^UNIQUE constraint failed: (?:index '(.+)'|(.+))$/

/**
 * Whether a transaction can be run again: it collided with another one in PostgreSQL, or the tables changed under its
 * prepared statements.
 */
export function isWorthAnotherRun(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const state = sqlStateOf(cause)
  return state === '40001' || state === '40P01' || isStalePlan(cause)
}
