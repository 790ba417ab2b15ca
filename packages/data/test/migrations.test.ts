import { type Database, type Migrations, openDatabase } from '@chapkit/data'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { open, temporaryUrl } from './open.ts'

const first: Migrations = {
  '001_create_things': {
    up: async (db) => {
      await db.schema.createTable('things').addColumn('name', 'text').execute()
    },
  },
}

const second: Migrations = {
  ...first,
  '002_add_color': {
    up: async (db) => {
      await db.schema.alterTable('things').addColumn('color', 'text').execute()
    },
  },
}

async function columns({ kysely }: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from pragma_table_info('things')`.execute(kysely)
  return rows.map(({ name }) => name)
}

test('migrations run once, and only those that are new', async () => {
  const database = open()
  await database.migrate('things', first)
  await database.migrate('things', first)
  expect(await columns(database)).toEqual(['name'])
  await database.migrate('things', second)
  expect(await columns(database)).toEqual(['name', 'color'])
})

test('two streams do not know each other', async () => {
  const database = open()
  await database.migrate('things', first)
  await database.migrate('others', {
    '001_others': { up: (db) => db.schema.createTable('others').addColumn('name', 'text').execute() },
  })
  await database.migrate('things', second)
  expect(await columns(database)).toEqual(['name', 'color'])
})

test('a database newer than the code refuses, with what to do', async () => {
  const database = open()
  await database.migrate('things', second)
  await expect(database.migrate('things', first)).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_MIGRATION',
    message:
      "The database was written by a newer version of this service: it has migration '002_add_color' of 'things', " +
      'which this version does not know. Start the newer version, or restore a backup from before it.',
  })
})

test('a migration that fails leaves nothing behind, and can be run again', async () => {
  const database = open()
  const broken: Migrations = {
    ...first,
    '002_broken': {
      up: async (db) => {
        await db.schema.alterTable('things').addColumn('color', 'text').execute()
        await sql`insert into nowhere values (1)`.execute(db)
      },
    },
  }
  await expect(database.migrate('things', broken)).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_MIGRATION',
    message: "Migration '002_broken' of 'things' failed, and nothing was changed: no such table: nowhere",
  })
  expect(await columns(database)).toEqual([])
  await database.migrate('things', second)
  expect(await columns(database)).toEqual(['name', 'color'])
})

test('a closed database says that the migrations failed', async () => {
  const database = openDatabase()
  await database.close()
  await expect(database.migrate('things', first)).rejects.toThrow("The migrations of 'things' failed")
})

test('two services that start at once on one file migrate once', async () => {
  const url = temporaryUrl()
  const databases = [open(url), open(url), open(url)]
  await Promise.all(databases.map((database) => database.migrate('things', second)))
  for (const database of databases) expect(await columns(database)).toEqual(['name', 'color'])
})

test('the name of a stream is snake_case', () => {
  expect(() => open().migrate('no; drop', first)).toThrow("'no; drop' is no name of a stream")
})
