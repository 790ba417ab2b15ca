import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '@chapkit/data'
import { temporaryFolder } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { errorOf, gate, open, type Tables, temporaryUrl, withAccounts } from './open.ts'

async function pragma(database: Database, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.kysely)
  return Object.values(rows[0] ?? {})[0]
}

/** Begins a transaction that has written, and goes on until `finish` is called. */
async function holdWriteLock(database: Database): Promise<() => Promise<void>> {
  const [written, finish] = [gate(), gate()]
  const holding = database.transaction(async (db) => {
    await db.withTables<Tables>().insertInto('accounts').values({ name: 'held', balance: 1 }).execute()
    written.open()
    await finish.opened
  })
  await written.opened
  return () => {
    finish.open()
    return holding
  }
}

describe.each(['memory', 'file'])('in %s', (place) => {
  test('foreign keys are enforced', async () => {
    expect(await pragma(await open(place === 'memory' ? undefined : temporaryUrl()), 'foreign_keys')).toBe(1)
  })
})

test('a file has the settings of a server, and keeps its rows', async () => {
  const url = temporaryUrl()
  const first = await openDatabase(url)
  expect(await pragma(first, 'journal_mode')).toBe('wal')
  expect(await pragma(first, 'synchronous')).toBe(1)
  const db = await withAccounts(first)
  await db.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
  await first.close()
  const second = (await open(url)).kysely.withTables<Tables>()
  expect(await second.selectFrom('accounts').selectAll().execute()).toEqual([{ name: 'a', balance: 1 }])
})

test('a relative file is looked for in the working directory', async () => {
  const folder = temporaryFolder()
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(folder)
  await withAccounts(await open('sqlite:./x.db'))
  process.chdir(before)
  const { kysely } = await open(`sqlite:${join(folder, 'x.db')}`)
  expect(await kysely.withTables<Tables>().selectFrom('accounts').selectAll().execute()).toEqual([])
})

test('a folder that is missing is named', async () => {
  const folder = join(temporaryFolder(), 'missing')
  await expect(openDatabase(`sqlite:${folder}/x.db`)).rejects.toThrow(
    `The folder of the database file '${folder}/x.db' does not exist; create it first.`,
  )
})

test('a file that is no database is named, and so is a folder', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'x.db')
  writeFileSync(file, 'this is a text, and longer than the header of a database file '.repeat(20))
  await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow(
    `The database file '${file}' cannot be opened: file is not a database.`,
  )
  await expect(openDatabase(`sqlite:${folder}`)).rejects.toThrow(
    `The database file '${folder}' cannot be opened: `,
  )
})

test('a write waits for another one in the same file, and does not block the process', async () => {
  const url = temporaryUrl()
  const [one, other] = [await open(url), await open(url)]
  const db = await withAccounts(one)
  const finish = await holdWriteLock(one)
  const waiting = other.kysely
    .withTables<Tables>()
    .insertInto('accounts')
    .values({ name: 'b', balance: 2 })
    .execute()
  // The timer can only fire when the waiting write does not hold the process.
  await new Promise((resolve) => setTimeout(resolve, 30))
  await finish()
  await waiting
  expect(await db.selectFrom('accounts').select('name').orderBy('name').execute()).toHaveLength(2)
})

test('a write that waits in vain says that the database is busy', async () => {
  const url = temporaryUrl()
  const [one, other] = [await open(url), await open(url)]
  await withAccounts(one)
  const finish = await holdWriteLock(one)
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'] })
  const waiting = errorOf(sql`delete from accounts`.execute(other.kysely))
  await new Promise((resolve) => setTimeout(resolve, 30))
  vi.setSystemTime(Date.now() + 60_000)
  expect(await waiting).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': '1' },
    cause: { message: 'database is locked' },
  })
  await finish()
})

test('a reader waits for nobody', async () => {
  const url = temporaryUrl()
  const [one, other] = [await open(url), await open(url)]
  await withAccounts(one)
  const finish = await holdWriteLock(one)
  expect((await sql`select * from accounts`.execute(other.kysely)).rows).toEqual([])
  await finish()
})

test('a query beside its own transaction is refused, for it would wait for ever', async () => {
  const database = await open()
  const waiting = database.transaction(() => sql`select 1`.execute(database.kysely))
  await expect(waiting).rejects.toThrow('Inside a transaction, use what it is given, or `database.executor`')
  const migrating = database.transaction(() => database.migrate('things', {}))
  await expect(migrating).rejects.toThrow('Inside a transaction, use what it is given')
})

test('a database that is full, or data that is too large, is no fault of the service', async () => {
  const { kysely } = await open(temporaryUrl())
  await sql`create table things (id integer primary key, data blob)`.execute(kysely)
  const text = await errorOf(sql`insert into things (id) values ('no number')`.execute(kysely))
  expect(text).toMatchObject({ statusCode: 422, cause: { message: 'datatype mismatch' } })
  await sql`pragma max_page_count = 10`.execute(kysely)
  const full = await errorOf(sql`insert into things (data) values (zeroblob(1000000))`.execute(kysely))
  expect(full).toMatchObject({ statusCode: 503, cause: { message: 'database or disk is full' } })
})

test('a database takes the options of another one', async () => {
  const database = await open('sqlite::memory:', { pool: { max: 1 }, statementTimeout: 5 })
  expect(database.dialect).toBe('sqlite')
})
