import { createEntityTable, defineEntity, type EntityManager, type EntityOf } from '@chapkit/data'
import type { DecoratorsOf } from '@chapkit/core'
import { DATABASES, databaseUrl } from '@chapkit/testing'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { opened, openFresh, ProductSchema, serviceOn } from './service.ts'

const NoteSchema = Type.Object({ text: Type.String() })
const note = { name: 'note', table: 'notes', schema: NoteSchema } as const

test('the manager is published under the name of the table, and typed by the schema', () => {
  const module = defineEntity({ name: 'line-item', table: 'line_items', schema: NoteSchema })
  expect(module.name).toBe('line-item')
  type Published = DecoratorsOf<typeof module>
  expectTypeOf<Published>().toEqualTypeOf<Record<'lineItems', EntityManager<EntityOf<typeof NoteSchema>>>>()
  const use = async ({ lineItems }: Published) => {
    await lineItems.create({ text: 'x' })
    // @ts-expect-error text is a string
    await lineItems.create({ text: 1 })
    // @ts-expect-error text is missing
    await lineItems.create({})
    const found = await lineItems.findById('x')
    expectTypeOf(found?.text).toEqualTypeOf<string | undefined>()
    expectTypeOf(found?.createdAt).toEqualTypeOf<Date | undefined>()
  }
  expect(use).toBeTypeOf('function')
})

test.each([
  [{ ...note, name: 'Note' }, "the name 'Note' must be in kebab-case, such as 'product'."],
  [{ ...note, table: 'my-notes' }, "the table 'my-notes' must be in snake_case, such as 'products'"],
  [{ ...note, schema: Type.String() as never }, 'the schema must be a TypeBox object'],
  [{ ...note, schema: Type.Object({ id: Type.String() }) }, "'id' is a member of every entity"],
  [{ ...note, schema: Type.Object({ 'a b': Type.String() }) }, "'a b' cannot be the name of a column"],
  [{ ...note, schema: Type.Object({ a: Type.String(), A: Type.String() }) }, "'A' and 'a' differ in upper"],
  [
    { ...note, schema: Type.Object({ ID: Type.String() }) },
    "'ID' and 'id' differ in upper and lower case only",
  ],
  [{ ...note, schema: Type.Object({ xmin: Type.Number() }) }, "'xmin' is a column that PostgreSQL has"],
  [{ ...note, unique: ['other'] as never }, "'other' cannot be unique; it must be a member that is text."],
  [{ ...note, schema: ProductSchema, unique: ['price'] as never }, "'price' cannot be unique"],
  [{ ...note, table: 'n'.repeat(41) }, '40 characters at most'],
  [
    { ...note, schema: Type.Object({ ['t'.repeat(60)]: Type.String() }), unique: ['t'.repeat(60)] as never },
    'cannot be unique, since',
  ],
  [{ ...note, prefix: 'notes' }, "option 'prefix' must be a path"],
  [{ ...note, permissions: { write: true } as never }, 'permissions'],
])('%j is refused', (definition, message) => {
  expect(() => defineEntity(definition as typeof note)).toThrow(message)
})

describe.each(DATABASES)('on %s', (kind) => {
  test('prefix, tags and permissions say what clients see', async () => {
    const app = await serviceOn(
      kind,
      defineEntity({
        ...note,
        prefix: '/notes',
        tags: ['Notes'],
        permissions: { create: false, delete: false },
      }),
    )
    const { id } = await app.notes.create({ text: 'a' })
    expect((await app.inject(`/notes/${id}`)).statusCode).toBe(200)
    expect((await app.inject({ method: 'DELETE', url: `/notes/${id}` })).statusCode).toBe(405)
    expect((await app.inject({ method: 'POST', url: '/notes', payload: { text: 'b' } })).statusCode).toBe(405)
    expect((await app.inject('/api/v1/notes')).statusCode).toBe(404)
  })

  test('operations of one’s own stand beside the others', async () => {
    const app = await serviceOn(
      kind,
      defineEntity({
        ...note,
        operations: (on) => {
          on.collection('count', {
            handler: async ({ manager }) => ({ count: (await manager.list()).length }),
          })
          on.collection('all', { handler: ({ manager }) => manager.list() })
          on.entity('append', {
            body: Type.Object({ suffix: Type.String() }),
            summary: 'Append to the text',
            handler: ({ id, text }, { manager, body }) => manager.replace(id, { text: text + body.suffix }),
          })
          on.entity('text', { method: 'DELETE', handler: (_note, { reply }) => reply.code(202).send({}) })
        },
      }),
    )
    const { id } = await app.notes.create({ text: 'a' })
    expect((await app.inject('/api/v1/notes/$count')).json()).toEqual({ count: 1 })
    const append = (payload: object, of = id) =>
      app.inject({ method: 'POST', url: `/api/v1/notes/${of}/$append`, payload })
    const appended = await append({ suffix: 'b' })
    expect(appended.json()).toEqual({
      id,
      created_at: expect.any(String) as string,
      updated_at: expect.any(String) as string,
      text: 'ab',
    })
    expect((await app.inject('/api/v1/notes/$all')).json()).toEqual([appended.json()])
    expect((await append({ suffix: 1 })).statusCode).toBe(422)
    expect((await append({ suffix: 'b' }, '01HZZZZZZZZZZZZZZZZZZZZZZZ')).statusCode).toBe(404)
    const invalid = await append({ suffix: 'b' }, 'x')
    expect([invalid.statusCode, invalid.json().instance]).toEqual([400, '/api/v1/notes/x'])
    expect((await app.inject({ method: 'DELETE', url: `/api/v1/notes/${id}/$text` })).statusCode).toBe(202)
  })

  test('a table that does not fit is refused at start, until a migration mends it', async () => {
    const database = await openFresh(kind)
    const first = await serviceOn(kind, defineEntity(note), database)
    await first.notes.create({ text: 'a' })

    const Grown = Type.Object({ text: Type.String(), stars: Type.Integer({ default: 3 }) })
    const grown = { ...note, schema: Grown }
    await expect(serviceOn(kind, defineEntity(grown), database)).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_INVALID_TABLE',
      message: expect.stringContaining("the table 'notes' has no column 'stars'") as string,
    })
    const migrations = {
      '001_create_notes': createEntityTable('notes', NoteSchema),
      '002_add_stars': {
        async up(db: Parameters<ReturnType<typeof createEntityTable>['up']>[0]) {
          await sql`alter table notes add column stars double precision not null default 5`.execute(db)
        },
      },
    }
    const { notes } = await serviceOn(kind, defineEntity({ ...grown, migrations }), database)
    expect(await notes.list()).toMatchObject([{ text: 'a', stars: 5 }])
  })

  test('rows that are the same where they must be unique are refused at start', async () => {
    const database = await openFresh(kind)
    const app = await serviceOn(kind, defineEntity(note), database)
    await app.notes.create({ text: 'a' })
    await app.notes.create({ text: 'a' })
    const twin = { ...note, name: 'twin', unique: ['text'] as const }
    await expect(serviceOn(kind, defineEntity(twin), database)).rejects.toThrow(
      "holds rows with the same 'text', which must be unique",
    )
    expect(await app.notes.list()).toHaveLength(2)
  })

  test('a member that need not be unique any more may be the same', async () => {
    const database = await openFresh(kind)
    const before = await serviceOn(kind, defineEntity({ ...note, unique: ['text'] }), database)
    await before.notes.create({ text: 'a' })
    await expect(before.notes.create({ text: 'a' })).rejects.toMatchObject({ statusCode: 409 })
    const after = await serviceOn(kind, defineEntity(note), database)
    await after.notes.create({ text: 'a' })
    expect(await after.notes.list()).toHaveLength(2)
  })
})

test('replicas that start at once make a unique index once, and find it at the next start', async () => {
  const url = await databaseUrl('postgres')
  const Titled = Type.Object({ Title: Type.String() })
  const titled = () => defineEntity({ name: 'note', table: 'notes', schema: Titled, unique: ['Title'] })
  const start = async () => serviceOn('postgres', titled(), await opened(url))
  const apps = await Promise.all(Array.from({ length: 8 }, start))
  await apps[0]?.notes.create({ Title: 'a' })
  for (const { notes } of [...apps, await start()]) {
    await expect(notes.create({ Title: 'a' })).rejects.toMatchObject({ statusCode: 409 })
  }
})

test('the document shows all operations', async () => {
  const module = defineEntity({ ...note, operations: (on) => on.entity('archive', { handler: () => ({}) }) })
  const app = await serviceOn('memory', module)
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>()
  expect(Object.keys(paths).filter((path) => path.includes('notes'))).toEqual([
    '/api/v1/notes',
    '/api/v1/notes/$schema',
    '/api/v1/notes/{entity_id}',
    '/api/v1/notes/{entity_id}/$archive',
  ])
})
