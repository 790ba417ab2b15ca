import { type Migrations, ServiceBuilder, Type } from 'chapkit'
import { closing, DATABASES, databaseUrl } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'

const Data = Type.Object({ color: Type.String() })

/** A view needs the table of the module to be there. */
const migrations: Migrations = {
  '001_view_of_configs': {
    async up(db) {
      await sql`create view config_names as select name from configs`.execute(db)
    },
  },
}

describe.each(DATABASES)('withMigrations() on %s', (kind) => {
  test('they run after those of the modules, whatever the order of calls, and before routes', async () => {
    const seen: unknown[] = []
    const app = closing(
      new ServiceBuilder({ displayName: 'Colors' })
        .withMigrations(migrations)
        .withDatabase(await databaseUrl(kind))
        .route(async ({ database }) => {
          const { rows } = await sql`select name from config_names`.execute(database.kysely)
          seen.push(rows.length)
        })
        .withConfig(Data)
        .build(),
    )
    await app.ready()
    expect(seen).toEqual([0])
  })
})

test('what is no migration is refused where it is given', () => {
  const broken = { '001_x': { down: () => Promise.resolve() } } as unknown as Migrations
  expect(() => new ServiceBuilder({ displayName: 'X' }).withMigrations(broken)).toThrow(
    "withMigrations(): '001_x' is no migration; give it { async up(db, types) { … } }.",
  )
})

test('they bring the database with them, and are given once', async () => {
  const service = () => new ServiceBuilder({ displayName: 'X' }).withMigrations({})
  const app = closing(service().build())
  await app.ready()
  expect(app.hasDecorator('database')).toBe(true)
  expect(() => service().withMigrations({}).build()).toThrow("Module 'migrations' is given twice")
})
