import { isUniqueViolation, openDatabase } from '@chapkit/data'
import { DATABASES, databaseUrl } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { errorOf, openKind, type Tables, withAccounts } from './open.ts'

describe.each(DATABASES)('on %s', (kind) => {
  test('a unique violation is told from other errors', async () => {
    const db = await withAccounts(await openKind(kind))
    const insert = () => db.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
    await insert()
    const error = await errorOf(insert())
    expect(isUniqueViolation(error)).toBe(true)
    expect(isUniqueViolation(error, 'accounts.balance')).toBe(false)
    const other = await errorOf(sql`select * from nothing`.execute(db))
    expect(other).toBeInstanceOf(Error)
    expect(isUniqueViolation(other)).toBe(false)
    expect(isUniqueViolation('UNIQUE constraint failed: accounts.name')).toBe(false)
  })

  test.each([
    ['a primary key', 'create table things (id text primary key)', 'things.id'],
    ['a column', 'create table things (id text unique)', 'things.id'],
    [
      'an index',
      'create table things (id text); create unique index things_unique_id on things (id)',
      'things.id',
    ],
    [
      'an index of an expression',
      'create table things (id text); create unique index things_unique_id on things (lower(id))',
      'things.id',
    ],
  ])('the unique value of %s is named', async (_name, tables, column) => {
    const { kysely } = await openKind(kind)
    for (const statement of tables.split(';')) await sql.raw(statement).execute(kysely)
    const insert = () => sql`insert into things values ('a')`.execute(kysely)
    await insert()
    const error = await errorOf(insert())
    expect(isUniqueViolation(error, column)).toBe(true)
    expect(isUniqueViolation(error, 'things.name')).toBe(false)
    expect(isUniqueViolation(error, 'others.id')).toBe(false)
  })

  test('the codec gives JSON, times, booleans, numbers and bytes back', async () => {
    const { kysely, codec } = await openKind(kind)
    const { types } = codec
    await kysely.schema
      .createTable('things')
      .addColumn('id', types.id, (column) => column.primaryKey())
      .addColumn('text', types.text)
      .addColumn('json', types.json)
      .addColumn('time', types.time)
      .addColumn('number', types.number)
      .addColumn('integer', types.integer)
      .addColumn('boolean', types.boolean)
      .addColumn('bytes', types.bytes)
      .execute()
    const json = { z: [1, null, 'ä😀'], a: { constructor: 1.5e300 }, nul: 'a\\u0000b', none: null }
    const time = new Date('2026-01-02T03:04:05.678Z')
    const db = kysely.withTables<{ things: Record<string, unknown> }>()
    for (const boolean of [true, false]) {
      await db
        .insertInto('things')
        .values({
          id: String(boolean),
          text: 'ä😀',
          json: codec.encodeJson(json),
          time: codec.encodeTime(time),
          number: 1 / 3,
          integer: Number.MAX_SAFE_INTEGER,
          boolean: codec.encodeBoolean(boolean),
          bytes: Buffer.from([0, 255]),
        })
        .execute()
      const row = await db
        .selectFrom('things')
        .selectAll()
        .where('id', '=', String(boolean))
        .executeTakeFirstOrThrow()
      expect(row['text']).toBe('ä😀')
      expect(JSON.stringify(codec.decodeJson(row['json']))).toBe(JSON.stringify(json))
      expect(codec.decodeTime(row['time'])).toEqual(time)
      expect(row['number']).toBe(1 / 3)
      expect(row['integer']).toBe(Number.MAX_SAFE_INTEGER)
      expect(codec.decodeBoolean(row['boolean'])).toBe(boolean)
      expect([...(row['bytes'] as Uint8Array)]).toEqual([0, 255])
    }
    const { rows } = await sql<{ n: number }>`select count(*) as n from things`.execute(kysely)
    expect(rows).toEqual([{ n: 2 }])
  })

  test('JSON null is a value', async () => {
    const { kysely, codec } = await openKind(kind)
    await kysely.schema.createTable('things').addColumn('json', codec.types.json).execute()
    const db = kysely.withTables<{ things: { json: unknown } }>()
    await db
      .insertInto('things')
      .values({ json: codec.encodeJson(null) })
      .execute()
    const { json } = await db.selectFrom('things').selectAll().executeTakeFirstOrThrow()
    expect(json).toBe('null')
    expect(codec.decodeJson(json)).toBeNull()
  })

  test('ids are ordered byte by byte', async () => {
    const { kysely, codec } = await openKind(kind)
    await kysely.schema.createTable('things').addColumn('id', codec.types.id).execute()
    const db = kysely.withTables<{ things: { id: string } }>()
    const ids = ['Z', 'a', 'B', 'ä', '_', '1']
    await db
      .insertInto('things')
      .values(ids.map((id) => ({ id })))
      .execute()
    const rows = await db.selectFrom('things').selectAll().orderBy('id').execute()
    expect(rows.map(({ id }) => id)).toEqual(['1', 'B', 'Z', '_', 'a', 'ä'])
  })

  test('more statements than are kept prepared do no harm', async () => {
    const { kysely } = await openKind(kind)
    for (let at = 0; at < 1100; at++) {
      const { rows } = await sql.raw<{ n: number }>(`select ${at} as n`).execute(kysely)
      expect(rows[0]?.n).toBe(at)
    }
  })

  test('a table that changes while its queries are prepared is read as it is', async () => {
    const url = await databaseUrl(kind)
    const database = await openDatabase(url)
    try {
      const db = await withAccounts(database)
      await db.insertInto('accounts').values({ name: 'a', balance: 1 }).execute()
      const read = () => db.selectFrom('accounts').selectAll().execute()
      await read()
      await sql`alter table accounts add column color varchar(10) default 'red'`.execute(db)
      expect(await read()).toEqual([{ name: 'a', balance: 1, color: 'red' }])
      await sql`alter table accounts drop column color`.execute(db)
      const inTransaction = database.transaction(async () =>
        database.executor.withTables<Tables>().selectFrom('accounts').selectAll().execute(),
      )
      expect(await inTransaction).toEqual([{ name: 'a', balance: 1 }])
    } finally {
      await database.close()
    }
  })

  test('what a write has changed is counted', async () => {
    const db = await withAccounts(await openKind(kind))
    const inserted = await db
      .insertInto('accounts')
      .values([
        { name: 'a', balance: 1 },
        { name: 'b', balance: 2 },
      ])
      .executeTakeFirstOrThrow()
    expect(inserted.numInsertedOrUpdatedRows).toBe(2n)
    const updated = await db.updateTable('accounts').set({ balance: 3 }).executeTakeFirstOrThrow()
    expect(updated.numUpdatedRows).toBe(2n)
    const deleted = await db.deleteFrom('accounts').where('name', '=', 'c').executeTakeFirstOrThrow()
    expect(deleted.numDeletedRows).toBe(0n)
    const returned = await db.deleteFrom('accounts').where('name', '=', 'a').returning('balance').execute()
    expect(returned).toEqual([{ balance: 3 }])
  })

  test('rows can be streamed, while the same query runs', async () => {
    const database = await openKind(kind)
    const db = await withAccounts(database)
    const rows = Array.from({ length: 250 }, (_, at) => ({ name: String(at).padStart(3, '0'), balance: at }))
    await db.insertInto('accounts').values(rows).execute()
    const kysely = database.kysely.withTables<{ nothing: Record<string, unknown> }>()
    const names: string[] = []
    await database.transaction(async (transaction) => {
      const query = transaction.withTables<Tables>().selectFrom('accounts').select('name').orderBy('name')
      expect(await query.execute()).toHaveLength(250)
      for await (const { name } of query.stream()) names.push(name)
    })
    expect(names).toEqual(rows.map(({ name }) => name))
    for await (const { name } of db.selectFrom('accounts').select('name').orderBy('name').stream(10)) {
      if (name === '020') break
    }
    await expect(kysely.selectFrom('nothing').selectAll().stream().next()).rejects.toThrow('nothing')
    expect(await db.selectFrom('accounts').selectAll().execute()).toHaveLength(250)
  })

  test('it can be closed twice, used or not', async () => {
    const used = await openDatabase(await databaseUrl(kind))
    await withAccounts(used)
    const unused = await openDatabase(await databaseUrl(kind))
    for (const database of [used, used, unused, unused]) await database.close()
    await expect(sql`select 1`.execute(used.kysely)).rejects.toThrow('destroyed')
  })
})
