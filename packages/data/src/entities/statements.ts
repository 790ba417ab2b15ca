import type { Database } from '../database.ts'

/** The SQL of a table of entities. It is the same text at each call, so databases keep it prepared. */
export interface EntityStatements {
  readonly insert: string
  /** @param versions - How many versions it may replace; undefined for any. */
  replace(versions?: number): string
  /** @param versions - How many versions it may delete; undefined for any. */
  delete(versions?: number): string
  readonly findById: string
  readonly lockById: string
  readonly list: string
  readonly count: string
  readonly slice: string
  readonly first: string
  readonly after: string
}

/** Writes the SQL for a table. Query builders would write it anew at each call. */
export function entityStatements(
  dialect: Database['dialect'],
  table: string,
  fields: readonly string[],
): EntityStatements {
  const name = quote(table)
  const changing = ['version', 'updated_at', ...fields].map(quote)
  const all = ['id', 'version', 'created_at', 'updated_at', ...fields].map(quote).join(', ')
  const value = dialect === 'postgres' ? (at: number) => `$${at}` : () => '?'
  const values = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => value(from + index)).join(', ')
  const ifVersions = (from: number, count: number | undefined) => {
    if (count === undefined) return ''
    return count === 0 ? ' and 1 = 0' : ` and version in (${values(from, count)})`
  }
  const select = `select ${all} from ${name}`
  const findById = `${select} where id = ${value(1)}`
  const inserted = ['id', 'version', 'created_at', 'updated_at', ...fields].map(quote)
  const assignments = changing.map((column, index) => `${column} = ${value(index + 1)}`).join(', ')
  const idAt = changing.length + 1

  return {
    insert: `insert into ${name} (${inserted.join(', ')}) values (${values(1, inserted.length)})`,
    replace: (versions) =>
      `update ${name} set ${assignments} where id = ${value(idAt)}${ifVersions(idAt + 1, versions)} returning created_at`,
    delete: (versions) => `delete from ${name} where id = ${value(1)}${ifVersions(2, versions)} returning id`,
    findById,
    // SQLite has one writer at a time, so a transaction that writes has the lock already.
    lockById: dialect === 'postgres' ? `${findById} for update` : findById,
    list: `${select} order by id`,
    count: `select count(*) as total from ${name}`,
    slice: `${select} order by id limit ${value(1)} offset ${value(2)}`,
    first: `${select} order by id limit ${value(1)}`,
    after: `${select} where id > ${value(1)} order by id limit ${value(2)}`,
  }
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
