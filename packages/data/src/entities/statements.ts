import type { Database } from '../database.ts'

/** The SQL of a table of entities. It is the same text at each call, so databases keep it prepared. */
export interface EntityStatements {
  readonly insert: string
  readonly replace: string
  /** The same for a version of a list, which is the last value. */
  readonly replaceIfVersion: string
  readonly delete: string
  /** The same for a version of a list, which is the last value. */
  readonly deleteIfVersion: string
  readonly findById: string
  readonly lockById: string
  readonly list: string
  readonly count: string
  readonly slice: string
  readonly first: string
  readonly after: string
}

/** A list of versions as the statements take it. */
export function versionList(dialect: Database['dialect'], versions: readonly string[]): unknown {
  return dialect === 'postgres' ? versions : JSON.stringify(versions)
}

/** Writes the SQL for a table. Query builders would write it anew at each call. */
export function entityStatements(
  dialect: Database['dialect'],
  table: string,
  fields: readonly string[],
): EntityStatements {
  const name = quote(table)
  const changing = ['version', 'updated_at', ...fields].map(quote)
  const columns = ['id', 'version', 'created_at', 'updated_at', ...fields].map(quote)
  const all = columns.join(', ')
  const value = dialect === 'postgres' ? (at: number) => `$${at}` : () => '?'
  const values = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => value(from + index)).join(', ')
  const isListed = (at: number) =>
    dialect === 'postgres'
      ? `version = any(${value(at)})`
      : `version in (select value from json_each(${value(at)}))`
  const select = `select ${all} from ${name}`
  const findById = `${select} where id = ${value(1)}`
  const assignments = changing.map((column, index) => `${column} = ${value(index + 1)}`).join(', ')
  const idAt = changing.length + 1

  const replace = `update ${name} set ${assignments} where id = ${value(idAt)}`
  const remove = `delete from ${name} where id = ${value(1)}`

  return {
    insert: `insert into ${name} (${all}) values (${values(1, columns.length)})`,
    replace: `${replace} returning created_at`,
    replaceIfVersion: `${replace} and ${isListed(idAt + 1)} returning created_at`,
    delete: `${remove} returning id`,
    deleteIfVersion: `${remove} and ${isListed(2)} returning id`,
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
