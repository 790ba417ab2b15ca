import { type Database, openDatabase } from '@chapkit/data'
import { DATABASES } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import { errorOf, gate, open, openKind, temporaryUrl, withAccounts } from './open.ts'

function insert(database: Database, name: string) {
  const values = database.dialect === 'sqlite' ? '?, 0' : '$1, 0'
  return database.query(`insert into accounts (name, balance) values (${values})`, [name])
}

async function names(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>('select name from accounts order by name', [])
  return rows.map(({ name }) => name)
}

describe.each(DATABASES)('on %s', (kind) => {
  test('a statement runs by itself, and tells what it did', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    expect(await insert(database, 'a')).toMatchObject({ rows: [], numAffectedRows: 1n })
    expect(await names(database)).toEqual(['a'])
  })

  test('a statement takes part in the transaction of the calling code', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const failing = database.transaction(async () => {
      await insert(database, 'a')
      expect(await names(database)).toEqual(['a'])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names(database)).toEqual([])
  })

  test('of many at once those fail that would fail alone, and the others are stored', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const outcomes = await Promise.allSettled(['a', 'b', 'a', 'c', 'b'].map((name) => insert(database, name)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(await names(database)).toEqual(['a', 'b', 'c'])
  })

  test('many wait for a transaction that is open, and do not get into it', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const [begun, finish] = [gate(), gate()]
    const failing = database.transaction(async () => {
      await insert(database, 'inside')
      begun.open()
      await finish.opened
      throw new Error('no')
    })
    await begun.opened
    const outside = ['a', 'b'].map((name) => insert(database, name))
    finish.open()
    await expect(failing).rejects.toThrow('no')
    await Promise.all(outside)
    expect(await names(database)).toEqual(['a', 'b'])
  })

  test('a transaction goes on where another one has ended', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const work = async (name: string, turns: number) => {
      await insert(database, name)
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      expect(database.executor).not.toBe(database.kysely)
      throw new Error(name)
    }
    const outcomes = ['a', 'b', 'c'].map((name, index) =>
      errorOf(database.transaction(() => work(name, index * 5))),
    )
    expect(await Promise.all(outcomes)).toMatchObject([{ message: 'a' }, { message: 'b' }, { message: 'c' }])
    expect(database.executor).toBe(database.kysely)
    expect(await names(database)).toEqual([])
  })

  test('a database that is closed is of no more use', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    await database.close()
    await expect(names(database)).rejects.toThrow('destroyed')
  })
})

test('SQLite runs what came in one turn in its order', async () => {
  const database = await open()
  await withAccounts(database)
  const [before, , after] = await Promise.all([names(database), insert(database, 'a'), names(database)])
  expect([before, after]).toEqual([[], ['a']])
})

test('SQLite waits for another process that writes, with many as with one', async () => {
  const url = temporaryUrl()
  const [other, database] = [await open(url), await open(url)]
  await withAccounts(other)
  const [begun, finish] = [gate(), gate()]
  const holding = other.transaction(async () => {
    await insert(other, 'held')
    begun.open()
    await finish.opened
  })
  await begun.opened
  // Who only reads does not wait.
  expect(await Promise.all([names(database), names(database)])).toEqual([[], []])
  const writing = Promise.all(['a', 'b'].map((name) => insert(database, name)))
  await new Promise((resolve) => setTimeout(resolve, 20))
  finish.open()
  await Promise.all([holding, writing])
  expect(await names(database)).toEqual(['a', 'b', 'held'])
})

test('what SQLite has not run when it is closed fails', async () => {
  const database = await openDatabase(temporaryUrl())
  await withAccounts(database)
  const inserts = ['a', 'b'].map((name) => errorOf(insert(database, name)))
  await database.close()
  for (const error of await Promise.all(inserts)) expect(String(error)).toMatch(/not open|closed/)
})
