import { InvalidOptionError } from '@chapkit/core'

/** What a database URL says. */
export type DatabaseTarget =
  | {
      readonly dialect: 'sqlite'
      /** Path of the file, or `:memory:`. */
      readonly file: string
    }
  | {
      readonly dialect: 'postgres'
      /** The URL as it was given, for pg. */
      readonly url: string
    }

const FORMS =
  "'sqlite::memory:', 'sqlite:data.db' (relative to the working directory), 'sqlite:///srv/data.db' " +
  "or 'postgres://user:password@host/database'"

/**
 * Reads a database URL. The URL itself is in no error text: it may hold a password.
 *
 * @param call - How the user calls it, for the error text: `withDatabase()`.
 * @throws CHAPKIT_ERR_INVALID_OPTION for what is no URL of a database that is supported.
 */
export function parseDatabaseUrl(url: string, call: string): DatabaseTarget {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? []
  const refuse = (reason: string) => new InvalidOptionError(`${call}: ${reason}; use ${FORMS}.`)

  if (/^postgres(?:ql)?$/i.test(scheme)) {
    if (!isPostgresUrl(url)) throw refuse('the URL of the PostgreSQL database is not valid')
    return { dialect: 'postgres', url }
  }
  if (scheme === '') throw refuse('the database URL has no scheme')
  if (scheme.toLowerCase() !== 'sqlite') throw refuse(`'${scheme}:' is no database that chapkit knows`)
  if (rest === ':memory:') return { dialect: 'sqlite', file: rest }
  if (/[?#\0]/.test(rest)) throw refuse('a URL of an SQLite database takes no parameters')
  const file = rest.replace(/^\/\/\//, '/')
  if (file === '' || file.startsWith('//') || file.endsWith('/') || file.endsWith(':memory:')) {
    throw refuse('the database URL names no file')
  }
  return { dialect: 'sqlite', file }
}

/** Whether pg understands it. `user@/database?host=/run/postgresql` has no host for the URL parser, but a socket for pg. */
function isPostgresUrl(url: string): boolean {
  if (!/^[^:]+:\/\//.test(url)) return false
  return URL.canParse(url.replace('@/', '@socket/')) && isDecodable(url)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
