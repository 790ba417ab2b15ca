import { type Database, openDatabase } from '@chapkit/data'
import { databaseUrl } from '@chapkit/testing'
import { type Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import { errorOf, gate, open, openKind, type Tables, withAccounts } from './open.ts'

const UNAVAILABLE = {
  type: 'unavailable',
  statusCode: 503,
  headers: { 'retry-after': '1' },
  message: 'The database does not answer; try again later.',
}

const prepared = async ({ kysely }: Database) => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_prepared_statements`.execute(kysely)
  return rows[0]?.n
}

const backend = async (db: Kysely<unknown>) => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  return rows[0]?.pid
}

test('statements stay prepared, up to a limit', async () => {
  const database = await openKind('postgres', { pool: { max: 1 } })
  for (let at = 0; at < 600; at++) await sql.raw(`select ${at}`).execute(database.kysely)
  expect(await prepared(database)).toBe(500)
})

test('no statement stays prepared where they are off, as PgBouncer needs it', async () => {
  const database = await openKind('postgres', { pool: { max: 1 }, preparedStatements: false })
  for (let at = 0; at < 10; at++) await sql.raw(`select ${at}`).execute(database.kysely)
  expect(await prepared(database)).toBe(0)
})

test('a transaction whose tables change meanwhile is run again', async () => {
  const url = await databaseUrl('postgres')
  const [one, other] = [await open(url, { pool: { max: 1 } }), await open(url)]
  await withAccounts(one)
  const read = (db: Kysely<unknown>) => db.withTables<Tables>().selectFrom('accounts').selectAll().execute()
  await read(one.kysely)
  await sql`alter table accounts add column color text`.execute(other.kysely)
  let runs = 0
  await one.transaction(async (db) => {
    runs += 1
    await read(db)
  })
  expect(runs).toBe(2)
})

test('transactions that collide are run again, and both are stored', async () => {
  const database = await openKind('postgres')
  const db = await withAccounts(database)
  await db
    .insertInto('accounts')
    .values([
      { name: 'a', balance: 0 },
      { name: 'b', balance: 0 },
    ])
    .execute()
  const add = (transaction: Kysely<unknown>, name: string) =>
    sql`update accounts set balance = balance + 1 where name = ${name}`.execute(transaction)
  // Each holds the row that the other one wants.
  const [first, second] = [gate(), gate()]
  let runs = 0
  await Promise.all([
    database.transaction(async (transaction) => {
      runs += 1
      await add(transaction, 'a')
      first.open()
      await second.opened
      await add(transaction, 'b')
    }),
    database.transaction(async (transaction) => {
      runs += 1
      await add(transaction, 'b')
      second.open()
      await first.opened
      await add(transaction, 'a')
    }),
  ])
  expect(runs).toBeGreaterThan(2)
  expect(await db.selectFrom('accounts').select('balance').execute()).toEqual([
    { balance: 2 },
    { balance: 2 },
  ])
})

test('a transaction that always collides ends, as unavailable', async () => {
  const database = await openKind('postgres')
  let runs = 0
  const colliding = database.transaction(async (db) => {
    runs += 1
    await sql`do $$ begin raise exception 'collision' using errcode = '40001'; end $$`.execute(db)
  })
  expect(await errorOf(colliding)).toMatchObject({ ...UNAVAILABLE, cause: { code: '40001' } })
  expect(runs).toBe(5)
})

test('a statement that takes too long is given up', async () => {
  const database = await openKind('postgres', { statementTimeout: 50 })
  const error = await errorOf(sql`select pg_sleep(60)`.execute(database.kysely))
  expect(error).toMatchObject({ ...UNAVAILABLE, cause: { code: '57014' } })
  expect((await sql`select 1 as one`.execute(database.kysely)).rows).toEqual([{ one: 1 }])
})

test('a migration may take longer', async () => {
  const database = await openKind('postgres', { statementTimeout: 50 })
  const up = async (db: Kysely<unknown>) => {
    await sql`select pg_sleep(0.2)`.execute(db)
  }
  await database.migrate('slow', { '001_slow': { up } })
  const error = await errorOf(sql`select pg_sleep(60)`.execute(database.kysely))
  expect(error).toMatchObject(UNAVAILABLE)
})

test('without a limit, a statement may take its time', async () => {
  const database = await openKind('postgres', { statementTimeout: 0 })
  const { rows } = await sql`show statement_timeout`.execute(database.kysely)
  expect(rows).toEqual([{ statement_timeout: '0' }])
})

test('who waits too long for a connection finds the database unavailable', async () => {
  const database = await openKind('postgres', { pool: { max: 1, connectionTimeout: 2_000 } })
  const [begun, finish] = [gate(), gate()]
  const holding = database.transaction(async (db) => {
    await sql`select 1`.execute(db)
    begun.open()
    await finish.opened
  })
  await begun.opened
  const error = await errorOf(sql`select 1`.execute(database.kysely))
  expect(error).toMatchObject({
    ...UNAVAILABLE,
    cause: { message: 'timeout exceeded when trying to connect' },
  })
  finish.open()
  await holding
})

test('connections that the server ends, used or not, harm nobody else', async () => {
  const url = await databaseUrl('postgres')
  const [database, other] = [await open(url, { pool: { max: 1 } }), await open(url)]
  const end = (pid: number | undefined) => sql`select pg_terminate_backend(${pid})`.execute(other.kysely)

  const idle = await backend(database.kysely)
  await end(idle)
  await expect.poll(() => backend(database.kysely).catch(() => idle)).not.toBe(idle)

  const lost = database.transaction(async (db) => {
    await end(await backend(db))
    await expect
      .poll(() =>
        sql`select 1`.execute(db).then(
          () => 'alive',
          () => 'lost',
        ),
      )
      .toBe('lost')
  })
  expect(await errorOf(lost)).toMatchObject(UNAVAILABLE)

  const sleeping = errorOf(sql`select pg_sleep(60)`.execute(database.kysely))
  await expect
    .poll(async () => {
      const { rows } = await sql<{ pid: number }>`
        select pid from pg_stat_activity where query like 'select pg_sleep(60)' and state = 'active'
      `.execute(other.kysely)
      for (const { pid } of rows) await end(pid)
      return rows.length
    })
    .toBeGreaterThan(0)
  expect(await sleeping).toMatchObject(UNAVAILABLE)
  expect((await sql`select 1 as one`.execute(database.kysely)).rows).toEqual([{ one: 1 }])
})

test.each([
  ['text with NUL', sql`select ${'a\0b'}::text`, '22021'],
  ['JSON with what is no JSON', sql`select ${'{'}::json`, '22P02'],
  ['JSON with NUL in jsonb', sql`select ${'"\\u0000"'}::jsonb`, '22P05'],
  ['a number out of range', sql`select ${'9'.repeat(30)}::text::bigint`, '22003'],
  ['a time that is none', sql`select ${'2026-13-01'}::text::timestamptz`, '22008'],
  ['text that is no time', sql`select ${'today or so'}::text::timestamptz`, '22007'],
  ['text that is too long', sql`insert into accounts values (${'x'.repeat(201)}, 1)`, '22001'],
  [
    'text that no index takes',
    sql`insert into things select string_agg(md5(n::text), '') from generate_series(1, 9999) n`,
    '54000',
  ],
  ['JSON that is nested too deep', sql`select ${'['.repeat(100_000)}::json`, '54001'],
])('%s is a fault of the data', async (_name, query, code) => {
  const database = await openKind('postgres')
  await withAccounts(database)
  await sql`create table things (id text primary key)`.execute(database.kysely)
  expect(await errorOf(query.execute(database.kysely))).toMatchObject({
    type: 'validation-failed',
    statusCode: 422,
    message: 'The request has a value that the database cannot store.',
    cause: { code },
  })
})

test('a transaction that an error has ended is not taken for committed', async () => {
  const database = await openKind('postgres')
  await withAccounts(database)
  const failing = database.transaction(async (db) => {
    await sql`insert into accounts values ('a', 1)`.execute(db)
    await sql`do $$ begin perform 1 / 0; end $$`.execute(db).catch(() => undefined)
  })
  await expect(failing).rejects.toThrow('division by zero')
  expect((await sql`select * from accounts`.execute(database.kysely)).rows).toEqual([])
})

test('a server that takes no writes any more is unavailable, and left', async () => {
  const database = await openKind('postgres', { pool: { max: 1 } })
  await withAccounts(database)
  const before = await backend(database.kysely)
  await sql`set default_transaction_read_only = on`.execute(database.kysely)
  const error = await errorOf(sql`insert into accounts values ('a', 1)`.execute(database.kysely))
  expect(error).toMatchObject({ ...UNAVAILABLE, cause: { code: '25006' } })
  expect(await backend(database.kysely)).not.toBe(before)
})

test('whole numbers that are not safe are read as text', async () => {
  const { kysely } = await openKind('postgres')
  const { rows } = await sql`select 9007199254740991 as safe, 9007199254740993 as unsafe`.execute(kysely)
  expect(rows).toEqual([{ safe: 9007199254740991, unsafe: '9007199254740993' }])
})

test('the URL is in no error', async () => {
  const database = await openDatabase('postgres://user:hunter2@127.0.0.1:1/app')
  const error = (await errorOf(sql`select 1`.execute(database.kysely))) as Error
  await database.close()
  expect(error).toMatchObject(UNAVAILABLE)
  expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('hunter2')
})
