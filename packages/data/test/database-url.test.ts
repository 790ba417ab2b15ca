import { database, type DatabaseOptions, openDatabase } from '@chapkit/data'
import { expect, test } from 'vitest'

test.each([
  'sqlite::memory:',
  'sqlite:data.db',
  'sqlite:./x.db',
  'sqlite:///srv/data.db',
  'SQLITE:/srv/data.db',
  'postgres://user:hunter2@db/app',
  'postgresql://db:5433/app?sslmode=require',
  'postgres:///app',
  'postgres://user@/app?host=/run/postgresql',
])('%s is a database URL', (url) => {
  expect(database(url).name).toBe('database')
})

test.each([
  ['postgres:app', 'the URL of the PostgreSQL database is not valid'],
  ['postgresql://user:hunter2@db:port/app', 'the URL of the PostgreSQL database is not valid'],
  ['postgres://user:hunter2%zz@db/app', 'the URL of the PostgreSQL database is not valid'],
  ['mysql://user:hunter2@db/app', "'mysql:' is no database that chapkit knows"],
  ['data.db', 'has no scheme'],
  ['', 'has no scheme'],
  ['sqlite:', 'names no file'],
  ['sqlite://data.db', 'names no file'],
  ['sqlite:///', 'names no file'],
  ['sqlite:////srv/data.db', 'names no file'],
  ['sqlite:/srv/', 'names no file'],
  ['sqlite:///:memory:', 'names no file'],
  ['sqlite:data.db?mode=ro', 'takes no parameters'],
  ['sqlite:a\0b', 'takes no parameters'],
])('%j is refused with what to do, and without the password', (url, reason) => {
  const error = thrownBy(() => database(url))
  expect(error.message).toContain('withDatabase(): ')
  expect(error.message).toContain(reason)
  expect(error.message).toContain("use 'sqlite::memory:', 'sqlite:data.db'")
  expect(error.message).not.toContain('hunter2')
  expect(error).toMatchObject({ code: 'CHAPKIT_ERR_INVALID_OPTION' })
})

test('without an argument, DATABASE_URL says where the database is', () => {
  expect(database(undefined, {}, { DATABASE_URL: 'sqlite:data.db' }).name).toBe('database')
  expect(database(undefined, {}, { DATABASE_URL: '' }).name).toBe('database')
  const error = thrownBy(() => database(undefined, {}, { DATABASE_URL: 'mysql://user:hunter2@db/app' }))
  expect(error.message).toContain("DATABASE_URL: 'mysql:' is no database that chapkit knows")
  expect(database('sqlite::memory:', {}, { DATABASE_URL: 'mysql://x' }).name).toBe('database')
})

test.each([
  [{ pools: {} }, "unknown option 'pools'"],
  [{ pool: { max: 0 } }, "option 'pool.max' must be >= 1"],
  [{ pool: { size: 1 } }, "unknown option 'size'"],
  [{ statementTimeout: -1 }, "option 'statementTimeout' must be >= 0"],
  [{ startTimeout: 2 ** 31 }, "option 'startTimeout' must be <= 2147483647"],
  [{ preparedStatements: 'no' }, "option 'preparedStatements' must be boolean"],
])('the options %j are refused', async (options, reason) => {
  const given = options as unknown as DatabaseOptions
  expect(() => database('sqlite::memory:', given)).toThrow(`withDatabase(): ${reason}`)
  await expect(openDatabase('sqlite::memory:', given)).rejects.toThrow(`openDatabase(): ${reason}`)
})

test('openDatabase() says its own name', async () => {
  await expect(openDatabase('mysql://x')).rejects.toThrow('openDatabase(): ')
})

test.each([null, 7, {}, { kysely: 1 }, Promise.resolve({})])('%j is no database', (value) => {
  expect(() => database(value as unknown as string)).toThrow(
    "withDatabase(): the database must be a URL such as 'sqlite:data.db', or what await openDatabase() gives.",
  )
})

function thrownBy(action: () => unknown): Error {
  try {
    action()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
