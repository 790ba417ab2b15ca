import {
  type Database,
  migrateDown,
  type Migrations,
  migrateUp,
  migrationStatus,
  openDatabase,
} from '@chapkit/data'
import { DATABASES, databaseUrl, runProcess, typescriptLoader } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { errorOf, open, openKind } from './open.ts'

const first: Migrations = {
  '001_create_things': {
    up: async (db, types) => {
      await db.schema.createTable('things').addColumn('name', types.text).execute()
    },
    down: async (db) => {
      await db.schema.dropTable('things').execute()
    },
  },
}

const second: Migrations = {
  ...first,
  '002_add_color': {
    up: async (db, types) => {
      await db.schema.alterTable('things').addColumn('color', types.text).execute()
    },
    down: async (db) => {
      await db.schema.alterTable('things').dropColumn('color').execute()
    },
  },
}

const other: Migrations = {
  '001_others': {
    up: async (db, types) => {
      await db.schema.createTable('others').addColumn('name', types.text).execute()
    },
  },
}

async function columns({ kysely, dialect }: Database): Promise<string[]> {
  const { rows } = await (
    dialect === 'sqlite'
      ? sql<{ name: string }>`select name from pragma_table_info('things')`
      : sql<{ name: string }>`select attname as name from pg_attribute where attrelid = to_regclass('things')
        and attnum > 0 and not attisdropped order by attnum`
  ).execute(kysely)
  return rows.map(({ name }) => name)
}

describe.each(DATABASES)('on %s', (kind) => {
  test('migrations run once, and only those that are new', async () => {
    const database = await openKind(kind)
    await database.migrate('things', first)
    await database.migrate('things', first)
    expect(await columns(database)).toEqual(['name'])
    await database.migrate('things', second)
    expect(await columns(database)).toEqual(['name', 'color'])
  })

  test('two streams do not know each other', async () => {
    const database = await openKind(kind)
    await database.migrate('things', first)
    await database.migrate('others', other)
    await database.migrate('things', second)
    expect(await columns(database)).toEqual(['name', 'color'])
  })

  test('a database newer than the code refuses, with what to do', async () => {
    const database = await openKind(kind)
    await database.migrate('things', second)
    const newer = {
      code: 'CHAPKIT_ERR_MIGRATION',
      message:
        "The database was written by a newer version of this service: it has migration '002_add_color' of 'things', " +
        'which this version does not know. Start the newer version, or restore a backup from before it.',
    }
    await expect(database.migrate('things', first)).rejects.toMatchObject(newer)
    await expect(migrateDown(database, 'things', first)).rejects.toMatchObject(newer)
    expect(await columns(database)).toEqual(['name', 'color'])
  })

  test('a migration that comes too late for its name is refused', async () => {
    const database = await openKind(kind)
    await database.migrate('things', second)
    const late: Migrations = { ...second, '001_late': { up: () => Promise.resolve() } }
    await expect(database.migrate('things', late)).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_MIGRATION',
      message:
        "Migration '001_late' of 'things' comes before '002_add_color', which the database has already. " +
        'Give it a name that comes after all others.',
    })
  })

  test('a migration that fails leaves nothing behind, and can be run again', async () => {
    const database = await openKind(kind)
    const broken: Migrations = {
      ...first,
      '002_broken': {
        up: async (db, types) => {
          await db.schema.alterTable('things').addColumn('color', types.text).execute()
          await sql`insert into nowhere values (1)`.execute(db)
        },
      },
    }
    await expect(database.migrate('things', broken)).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_MIGRATION',
      message: expect.stringMatching(
        /^Migration '002_broken' of 'things' failed, and nothing was changed: .*nowhere/,
      ) as string,
    })
    expect(await columns(database)).toEqual([])
    await database.migrate('things', second)
    expect(await columns(database)).toEqual(['name', 'color'])
  })

  test('a closed database says that the migrations failed', async () => {
    const database = await openDatabase(await databaseUrl(kind))
    await database.close()
    await expect(database.migrate('things', first)).rejects.toThrow("The migrations of 'things' failed")
  })

  test('the name of a stream is snake_case', async () => {
    const database = await openKind(kind)
    const refused = "'no; drop' is no name of a stream"
    await expect(database.migrate('no; drop', first)).rejects.toThrow(refused)
    await expect(migrateDown(database, 'no; drop', first)).rejects.toThrow(refused)
    await expect(migrationStatus(database, { 'no; drop': first })).rejects.toThrow(refused)
  })

  test('the status tells what is there and what is not, and changes nothing', async () => {
    const database = await openKind(kind)
    const streams = { things: second, others: other }
    expect(await migrationStatus(database, streams)).toEqual([
      { stream: 'things', name: '001_create_things', state: 'pending' },
      { stream: 'things', name: '002_add_color', state: 'pending' },
      { stream: 'others', name: '001_others', state: 'pending' },
    ])
    expect(await migrateUp(database, { things: first, others: other })).toEqual([
      { stream: 'things', name: '001_create_things' },
      { stream: 'others', name: '001_others' },
    ])
    expect(await migrationStatus(database, { things: second, others: {} })).toEqual([
      { stream: 'things', name: '001_create_things', state: 'applied', executedAt: expect.any(Date) as Date },
      { stream: 'things', name: '002_add_color', state: 'pending' },
      { stream: 'others', name: '001_others', state: 'unknown', executedAt: expect.any(Date) as Date },
    ])
    expect(await migrateUp(database, streams)).toEqual([{ stream: 'things', name: '002_add_color' }])
    expect(await migrateUp(database, streams)).toEqual([])
  })

  test('steps back are taken one by one', async () => {
    const database = await openKind(kind)
    await database.migrate('things', second)
    expect(await migrateDown(database, 'things', second)).toEqual({ stream: 'things', name: '002_add_color' })
    expect(await columns(database)).toEqual(['name'])
    expect(await migrateDown(database, 'things', second)).toEqual({
      stream: 'things',
      name: '001_create_things',
    })
    expect(await columns(database)).toEqual([])
    expect(await migrateDown(database, 'things', second)).toBeUndefined()
    await database.migrate('things', second)
    expect(await columns(database)).toEqual(['name', 'color'])
  })

  test('a migration without a way back stays, and so does one whose way back fails', async () => {
    const database = await openKind(kind)
    await database.migrate('others', other)
    await expect(migrateDown(database, 'others', other)).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_MIGRATION',
      message:
        "Migration '001_others' of 'others' has no way back (no `down`); restore a backup from before it.",
    })
    const failing: Migrations = {
      '001_others': { up: () => Promise.resolve(), down: () => Promise.reject(new Error('no')) },
    }
    await expect(migrateDown(database, 'others', failing)).rejects.toThrow(
      "Migration '001_others' of 'others' failed, and nothing was changed: no",
    )
    expect(await migrationStatus(database, { others: other })).toMatchObject([{ state: 'applied' }])
  })

  test('what is thrown that is no error is told, too', async () => {
    const database = await openKind(kind)
    // oxlint-disable-next-line prefer-promise-reject-errors -- a migration of the user's may do so
    const odd: Migrations = { '001_odd': { up: () => Promise.reject({ odd: true }) } }
    expect(await errorOf(database.migrate('odd', odd))).toMatchObject({
      message: `Migration '001_odd' of 'odd' failed, and nothing was changed: {"odd":true}`,
    })
  })
})

describe.each(['file', 'postgres'] as const)('on %s', (kind) => {
  test('eight services that start at once migrate an empty database once', async () => {
    const url = await databaseUrl(kind)
    const databases = await Promise.all(Array.from({ length: 8 }, () => open(url, { pool: { max: 1 } })))
    let runs = 0
    const counted: Migrations = {
      '001_create_things': {
        up: async (db, types) => {
          runs += 1
          await db.schema.createTable('things').addColumn('name', types.text).execute()
          await new Promise((resolve) => setTimeout(resolve, 20))
        },
      },
      '002_fill': {
        up: async (db) => {
          runs += 1
          await sql`insert into things values ('one')`.execute(db)
        },
      },
    }
    const steps = await Promise.all(
      databases.map((database) => migrateUp(database, { things: counted, others: other })),
    )
    expect(runs).toBe(2)
    expect(steps.flat()).toHaveLength(3)
    for (const { kysely } of databases) {
      expect((await sql`select name from things`.execute(kysely)).rows).toEqual([{ name: 'one' }])
    }
  })

  test('so do processes of their own', async () => {
    const env = { DATABASE_URL: await databaseUrl(kind) }
    const script = [process.execPath, ...typescriptLoader, 'migrate-process.ts'] as const
    const cwd = new URL('.', import.meta.url)
    const ended = await Promise.all(Array.from({ length: 4 }, () => runProcess(script, { cwd, env })))
    const outputs = ended.map(({ stdout, stderr }) => stdout + stderr)
    expect(outputs.toSorted()).toEqual(['ran 0\n', 'ran 0\n', 'ran 0\n', 'ran 1\n'])
  })
})

test('the tables of an earlier release are known', async () => {
  const database = await openKind('file')
  const table =
    'create table chapkit_migrations_things (name varchar(255) not null primary key, timestamp varchar(255) not null)'
  await sql.raw(table).execute(database.kysely)
  await sql.raw(table.replace('_things', '_things_lock')).execute(database.kysely)
  const row = sql`insert into chapkit_migrations_things values ('001_create_things', '2026-01-02T03:04:05.678Z')`
  await row.execute(database.kysely)
  await sql`create table things (name text)`.execute(database.kysely)
  expect(await migrateUp(database, { things: second })).toEqual([{ stream: 'things', name: '002_add_color' }])
  expect(await migrationStatus(database, { things: second })).toMatchObject([
    { executedAt: new Date('2026-01-02T03:04:05.678Z') },
    { state: 'applied' },
  ])
})
