import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, isUniqueViolation, openDatabase } from '@chapkit/data'
import { temporaryFolder } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { open, temporaryUrl } from './open.ts'

type Tables = {
  accounts: { name: string; balance: number }
}

async function withAccounts(database: Database) {
  await sql`create table accounts (name text primary key, balance integer not null)`.execute(database.kysely)
  return database.kysely.withTables<Tables>()
}

async function pragma(database: Database, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.kysely)
  return Object.values(rows[0] ?? {})[0]
}

describe.each(['memory', 'file'])('%s', (place) => {
  const url = () => (place === 'memory' ? 'sqlite::memory:' : temporaryUrl())

  test('transactions never mix, whatever is awaited inside them', async () => {
    const database = open(url())
    const db = await withAccounts(database)
    await db.insertInto('accounts').values({ name: 'a', balance: 0 }).execute()

    const increments = Array.from({ length: 50 }, (_, at) =>
      database.transaction(async (transaction) => {
        const accounts = transaction.withTables<Tables>()
        const { balance } = await accounts.selectFrom('accounts').select('balance').executeTakeFirstOrThrow()
        await new Promise((resolve) => setImmediate(resolve))
        await accounts
          .updateTable('accounts')
          .set({ balance: balance + 1 })
          .execute()
        if (at % 5 === 0) throw new Error('rolled back')
      }),
    )
    const reads = Array.from({ length: 50 }, () => db.selectFrom('accounts').selectAll().execute())
    const outcomes = await Promise.allSettled(increments)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(await db.selectFrom('accounts').select('balance').execute()).toEqual([{ balance: 40 }])
    expect((await Promise.all(reads)).every((rows) => rows.length === 1)).toBe(true)
  })

  test('a transaction that throws leaves nothing behind', async () => {
    const database = open(url())
    const db = await withAccounts(database)
    const failing = database.transaction(async (transaction) => {
      const accounts = transaction.withTables<Tables>()
      await accounts.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([])
  })

  test('a unique violation is told from other errors', async () => {
    const db = await withAccounts(open(url()))
    const insert = () => db.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
    await insert()
    const error: unknown = await insert().catch((error: unknown) => error)
    expect(isUniqueViolation(error)).toBe(true)
    expect(isUniqueViolation(error, 'accounts.name')).toBe(true)
    expect(isUniqueViolation(error, 'accounts.balance')).toBe(false)
    const other: unknown = await sql`select * from nothing`.execute(db).catch((error: unknown) => error)
    expect(other).toBeInstanceOf(Error)
    expect(isUniqueViolation(other)).toBe(false)
    expect(isUniqueViolation('UNIQUE constraint failed: accounts.name')).toBe(false)
  })

  test('more statements than are kept prepared do no harm', async () => {
    const { kysely } = open(url())
    for (let at = 0; at < 1100; at++) {
      const { rows } = await sql.raw<{ n: number }>(`select ${at} as n`).execute(kysely)
      expect(rows[0]?.n).toBe(at)
    }
  })

  test('rows can be streamed', async () => {
    const db = await withAccounts(open(url()))
    await db
      .insertInto('accounts')
      .values([
        { name: 'a', balance: 1 },
        { name: 'b', balance: 2 },
      ])
      .execute()
    const names: string[] = []
    for await (const { name } of db.selectFrom('accounts').select('name').orderBy('name').stream()) {
      names.push(name)
    }
    expect(names).toEqual(['a', 'b'])
  })

  test('foreign keys are enforced', async () => {
    expect(await pragma(open(url()), 'foreign_keys')).toBe(1)
  })

  test('it can be closed twice, used or not', async () => {
    const used = openDatabase(url())
    await withAccounts(used)
    const unused = openDatabase(url())
    for (const database of [used, used, unused, unused]) await database.close()
    await expect(sql`select 1`.execute(used.kysely)).rejects.toThrow('destroyed')
  })
})

test('the codec gives JSON and times back', () => {
  const { codec } = open()
  const value = { a: [1, null, 'ä'], __proto__: null }
  expect(codec.decodeJson(codec.encodeJson(value))).toEqual({ a: [1, null, 'ä'] })
  const time = new Date('2026-01-02T03:04:05.678Z')
  expect(codec.decodeTime(codec.encodeTime(time))).toEqual(time)
})

test('a file has the settings of a server, and keeps its rows', async () => {
  const url = temporaryUrl()
  const first = openDatabase(url)
  expect(await pragma(first, 'journal_mode')).toBe('wal')
  expect(await pragma(first, 'synchronous')).toBe(1)
  const db = await withAccounts(first)
  await db.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
  await first.close()
  const second = open(url).kysely.withTables<Tables>()
  expect(await second.selectFrom('accounts').selectAll().execute()).toEqual([{ name: 'a', balance: 1 }])
})

test('a relative file is looked for in the working directory', async () => {
  const folder = temporaryFolder()
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(folder)
  await withAccounts(open('sqlite:./x.db'))
  process.chdir(before)
  const { kysely } = open(`sqlite:${join(folder, 'x.db')}`)
  expect(await kysely.withTables<Tables>().selectFrom('accounts').selectAll().execute()).toEqual([])
})

test('a folder that is missing is named', () => {
  const folder = join(temporaryFolder(), 'missing')
  expect(() => openDatabase(`sqlite:${folder}/x.db`)).toThrow(
    `The folder of the database file '${folder}/x.db' does not exist; create it first.`,
  )
})

test('a file that is no database is named, and so is a folder', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'x.db')
  writeFileSync(file, 'this is a text, and longer than the header of a database file '.repeat(20))
  expect(() => openDatabase(`sqlite:${file}`)).toThrow(
    `The database file '${file}' cannot be opened: file is not a database.`,
  )
  expect(() => openDatabase(`sqlite:${folder}`)).toThrow(`The database file '${folder}' cannot be opened: `)
})

test('a write waits for another one in the same file, and does not block the process', async () => {
  const url = temporaryUrl()
  const [one, other] = [open(url), open(url)]
  const db = await withAccounts(one)
  let finish = () => {}
  const holding = one.transaction(async (transaction) => {
    await transaction.withTables<Tables>().insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
    await new Promise<void>((resolve) => (finish = resolve))
  })
  const waiting = other.kysely
    .withTables<Tables>()
    .insertInto('accounts')
    .values({ name: 'b', balance: 2 })
    .execute()
  // The timer can only fire when the waiting write does not hold the process.
  await new Promise((resolve) => setTimeout(resolve, 30))
  finish()
  await Promise.all([holding, waiting])
  expect(await db.selectFrom('accounts').select('name').orderBy('name').execute()).toHaveLength(2)
})

test('a write that waits in vain says that the database is busy', async () => {
  const url = temporaryUrl()
  const [one, other] = [open(url), open(url)]
  await withAccounts(one)
  let finish = () => {}
  const holding = one.transaction(async (transaction) => {
    await transaction.withTables<Tables>().insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
    await new Promise<void>((resolve) => (finish = resolve))
  })
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'] })
  const waiting = sql`delete from accounts`.execute(other.kysely).catch((error: unknown) => error)
  await new Promise((resolve) => setTimeout(resolve, 30))
  vi.setSystemTime(Date.now() + 60_000)
  expect(await waiting).toMatchObject({
    statusCode: 503,
    headers: { 'retry-after': '1' },
    cause: { message: 'database is locked' },
  })
  finish()
  await holding
})
