import type { Database } from '@chapkit/data'
import { DATABASES } from '@chapkit/testing'
import { type Kysely, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { errorOf, gate, openKind, type Tables, withAccounts } from './open.ts'

const insert = (db: Kysely<unknown>, name: string) =>
  db.withTables<Tables>().insertInto('accounts').values({ name, balance: 0 }).execute()

async function names({ kysely }: Database): Promise<string[]> {
  const rows = await kysely
    .withTables<Tables>()
    .selectFrom('accounts')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

describe.each(DATABASES)('on %s', (kind) => {
  test('transactions never mix, whatever is awaited inside them', async () => {
    const database = await openKind(kind)
    const db = await withAccounts(database)
    await db.insertInto('accounts').values({ name: 'a', balance: 0 }).execute()

    const increments = Array.from({ length: 50 }, (_, at) =>
      database.transaction(async (transaction) => {
        const accounts = transaction.withTables<Tables>()
        const { balance } = await accounts
          .selectFrom('accounts')
          .select('balance')
          .$if(database.dialect === 'postgres', (query) => query.forUpdate())
          .executeTakeFirstOrThrow()
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

  test('one that rolls back takes nothing of another one with it', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const [first, second] = [gate(), gate()]
    const failing = database.transaction(async (db) => {
      await insert(db, 'failing')
      first.open()
      await Promise.race([second.opened, new Promise((resolve) => setImmediate(resolve))])
      throw new Error('no')
    })
    const working = (async () => {
      await first.opened
      await database.transaction(async (db) => {
        await insert(db, 'working')
        second.open()
      })
    })()
    const reading = first.opened.then(() => names(database))
    await expect(failing).rejects.toThrow('no')
    await working
    expect(await reading).not.toContain('failing')
    expect(await names(database)).toEqual(['working'])
  })

  test('the executor is the transaction inside, and the database outside', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    expect(database.executor).toBe(database.kysely)
    await database.transaction(async (db) => {
      expect(database.executor).toBe(db)
      await insert(database.executor, 'a')
    })
    expect(database.executor).toBe(database.kysely)
    expect(await names(database)).toEqual(['a'])
  })

  test('a transaction inside joins the one outside, which undoes both', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const failing = database.transaction(async (outer) => {
      await insert(outer, 'outer')
      const given = await database.transaction(async (inner) => {
        expect(inner).toBe(outer)
        await insert(database.executor, 'inner')
        return database.transaction(async () => 7, { readOnly: true })
      })
      expect(given).toBe(7)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names(database)).toEqual([])
  })

  test('a part that fails fails the whole, even when its error is caught', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const failing = database.transaction(async (outer) => {
      await insert(outer, 'outer')
      await errorOf(
        database.transaction(async (inner) => {
          await insert(inner, 'inner')
          throw new Error('half done')
        }),
      )
    })
    await expect(failing).rejects.toThrow('half done')
    expect(await names(database)).toEqual([])
  })

  test('so does a query that fails', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const failing = database.transaction(async (db) => {
      await insert(db, 'a')
      await errorOf(insert(db, 'a'))
    })
    await expect(failing).rejects.toThrow(/unique/i)
    expect(await names(database)).toEqual([])
  })

  test('unless a savepoint undoes it', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const transaction = await database.kysely.startTransaction().execute()
    await insert(transaction, 'a')
    const saved = await transaction.savepoint('before').execute()
    await errorOf(insert(saved, 'a'))
    const back = await saved.rollbackToSavepoint('before').execute()
    await insert(back, 'b')
    await (await back.releaseSavepoint('before').execute()).commit().execute()
    expect(await names(database)).toEqual(['a', 'b'])
  })

  test('work that strays from a transaction is outside of it once it ends', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const ended = gate()
    let stray: Promise<unknown> = Promise.resolve()
    let late: Promise<unknown> = Promise.resolve()
    await errorOf(
      database.transaction(async (db) => {
        stray = ended.opened.then(() => database.transaction(async () => insert(database.executor, 'stray')))
        late = ended.opened.then(() => insert(db, 'late'))
        late.catch(() => undefined)
        await insert(db, 'inside')
        throw new Error('rolled back')
      }),
    )
    ended.open()
    await stray
    await expect(late).rejects.toThrow('rolled back')
    expect(await names(database)).toEqual(['stray'])
  })

  test('a query that comes while its transaction ends is refused, or part of it', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    let stray: Promise<unknown> = Promise.resolve()
    await database.transaction(async (db) => {
      await insert(db, 'inside')
      stray = Promise.resolve()
        .then(() => undefined)
        .then(() => undefined)
        .then(() => insert(db, 'stray'))
      stray.catch(() => undefined)
    })
    const outcome = await stray.then(
      () => ['inside', 'stray'],
      () => ['inside'],
    )
    expect(await names(database)).toEqual(outcome)
  })

  test('databases do not see the transactions of each other', async () => {
    const [one, other] = [await openKind(kind), await openKind(kind)]
    await withAccounts(one)
    await withAccounts(other)
    const failing = one.transaction(async () => {
      expect(other.executor).toBe(other.kysely)
      await other.transaction(async (db) => insert(db, 'other'))
      await insert(one.executor, 'one')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names(one)).toEqual([])
    expect(await names(other)).toEqual(['other'])
  })

  test('two requests at once have a transaction each', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const work = database.transaction(async (db) => {
          await insert(db, `${at}-a`)
          await new Promise((resolve) => setImmediate(resolve))
          expect(database.executor).toBe(db)
          await insert(database.executor, `${at}-b`)
          if (at % 2) throw new Error('no')
        })
        await work.catch(() => undefined)
      }),
    )
    expect(await names(database)).toHaveLength(20)
  })

  test('one that only reads sees one moment, and no writer joins it', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    await insert(database.kysely, 'a')
    const writing = gate()
    const reading = database.transaction(
      async () => {
        const before = await sql`select * from accounts`.execute(database.executor)
        writing.open()
        await new Promise((resolve) => setTimeout(resolve, 20))
        const after = await sql`select * from accounts`.execute(database.executor)
        return [before.rows.length, after.rows.length]
      },
      { readOnly: true },
    )
    await writing.opened
    await insert(database.kysely, 'b')
    expect(await reading).toEqual([1, 1])
    const writer = database.transaction(() => database.transaction(async (db) => insert(db, 'c')), {
      readOnly: true,
    })
    await expect(writer).rejects.toThrow('A transaction that writes cannot join one that only reads.')
    expect(await names(database)).toEqual(['a', 'b'])
  })

  test('one that only reads does not write', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const writing = database.transaction((db) => insert(db, 'a'), { readOnly: true })
    await expect(writing).rejects.toThrow('This transaction only reads.')
  })

  test('a stream that fails fails the transaction', async () => {
    const database = await openKind(kind)
    await withAccounts(database)
    const failing = database.transaction(async (db) => {
      await insert(db, 'a')
      const accounts = db.withTables<{ nothing: { name: string } }>()
      await errorOf(accounts.selectFrom('nothing').selectAll().stream().next())
    })
    await expect(failing).rejects.toThrow('nothing')
    expect(await names(database)).toEqual([])
  })

  test('what the work throws is what the caller gets', async () => {
    const database = await openKind(kind)
    const error = new RangeError('mine')
    expect(await errorOf(database.transaction(() => Promise.reject(error)))).toBe(error)
    const thrown = database.transaction(() => {
      throw error
    })
    expect(await errorOf(thrown)).toBe(error)
  })
})
