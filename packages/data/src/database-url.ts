import { InvalidOptionError } from '@chapkit/core'

/** What a database URL says. */
export interface DatabaseTarget {
  readonly dialect: 'sqlite'
  /** Path of the file, or `:memory:`. */
  readonly file: string
}

const FORMS =
  "'sqlite::memory:', 'sqlite:data.db' (relative to the working directory) or 'sqlite:///srv/data.db'"

/**
 * Reads a database URL. The URL itself is in no error text: it may hold a password.
 *
 * @param call - How the user calls it, for the error text: `withDatabase()`.
 * @throws CHAPKIT_ERR_INVALID_OPTION for what is no URL of a database that is supported.
 */
export function parseDatabaseUrl(url: string, call: string): DatabaseTarget {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? []
  const refuse = (reason: string) => new InvalidOptionError(`${call}: ${reason}; use ${FORMS}.`)

  if (/^postgres(?:ql)?$/i.test(scheme)) throw refuse('PostgreSQL comes with a later version of chapkit')
  if (scheme === '') throw refuse('the database URL has no scheme')
  if (scheme.toLowerCase() !== 'sqlite') throw refuse(`'${scheme}:' is no database that chapkit knows`)
  if (rest === ':memory:') return { dialect: 'sqlite', file: rest }
  if (/[?#\0]/.test(rest)) throw refuse('a database URL takes no parameters')
  const file = rest.replace(/^\/\/\//, '/')
  if (file === '' || file.startsWith('//') || file.endsWith('/') || file.endsWith(':memory:')) {
    throw refuse('the database URL names no file')
  }
  return { dialect: 'sqlite', file }
}
