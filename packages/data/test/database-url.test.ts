import { database, openDatabase } from '@chapkit/data'
import { expect, test } from 'vitest'

test.each([
  'sqlite::memory:',
  'sqlite:data.db',
  'sqlite:./x.db',
  'sqlite:///srv/data.db',
  'SQLITE:/srv/data.db',
])('%s is a database URL', (url) => {
  expect(database(url).name).toBe('database')
})

test.each([
  ['postgres://user:hunter2@db/app', 'PostgreSQL comes with a later version'],
  ['postgresql://user:hunter2@db/app', 'PostgreSQL comes with a later version'],
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

test('openDatabase() says its own name', () => {
  expect(() => openDatabase('mysql://x')).toThrow('openDatabase(): ')
})

test.each([null, 7, {}, { kysely: 1 }])('%j is no database', (value) => {
  expect(() => database(value as unknown as string)).toThrow(
    "withDatabase(): the database must be a URL such as 'sqlite:data.db', or what openDatabase() gives.",
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
