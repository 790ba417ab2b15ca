import { DATABASES, databaseUrl } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type App, chain, create, get, hierarchy, PATH, put, serviceOf, UNKNOWN_ID } from './service.ts'

const problem = (type: string) => ({ type: `urn:chapkit:error:${type}` })

describe.each(DATABASES)('on %s', (kind) => {
  const open = async (): Promise<App> => serviceOf({ url: await databaseUrl(kind) })
  const levels = async (app: App, ids: string[]) =>
    Promise.all(ids.map(async (id) => (await app.artifacts.findById(id))?.level))

  test('a subtree moves with its node, and its levels and entity tags change', async () => {
    const app = await open()
    const [root, child, grandchild] = (await chain(app, 1, 2, 3)) as [string, string, string]
    const [other] = (await chain(app, 'a')) as [string]
    const before = (await app.inject(`${PATH}/${grandchild}`)).headers['etag']
    const moved = await put(app, root, { data: 1, parent_id: other.toLowerCase() })
    expect(moved.json()).toMatchObject({ parent_id: other, level: 1 })
    expect(await levels(app, [root, child, grandchild])).toEqual([1, 2, 3])
    expect((await app.inject(`${PATH}/${grandchild}`)).headers['etag']).not.toBe(before)
    // Without parent_id it stays, with null it becomes a root.
    expect((await put(app, root, { data: 9 })).json()).toMatchObject({ data: 9, parent_id: other, level: 1 })
    expect((await put(app, root, { data: 1, parent_id: null })).json()).toMatchObject({
      parent_id: null,
      level: 0,
    })
    expect(await levels(app, [root, child, grandchild])).toEqual([0, 1, 2])
  })

  test('circles and unknown parents are conflicts, and change nothing', async () => {
    const app = await open()
    const [root, child, grandchild] = (await chain(app, 1, 2, 3)) as [string, string, string]
    for (const parent of [root, child, grandchild]) {
      const answer = await put(app, root, { data: 'x', parent_id: parent })
      expect(answer.statusCode).toBe(409)
      expect(answer.json()).toMatchObject(problem('conflict'))
      expect(answer.json<{ detail: string }>().detail).toMatch(/send a parent_id outside of its own tree/)
    }
    const unknown = await put(app, root, { data: 'x', parent_id: UNKNOWN_ID })
    expect(unknown.json()).toMatchObject({
      ...problem('conflict'),
      detail: `There is no artifact with id ${UNKNOWN_ID} to be the parent; create it first, or send another parent_id.`,
    })
    const post = await app.inject({ method: 'POST', url: PATH, body: { data: 1, parent_id: UNKNOWN_ID } })
    expect(post.statusCode).toBe(409)
    // An artifact is no parent of its own.
    const self = { id: UNKNOWN_ID, data: 1, parent_id: UNKNOWN_ID }
    expect((await app.inject({ method: 'POST', url: PATH, body: self })).statusCode).toBe(409)
    expect(await get(app, root)).toMatchObject({ data: 1, parent_id: null })
    expect(await levels(app, [root, child, grandchild])).toEqual([0, 1, 2])
  })

  test('children of an artifact that is deleted become roots', async () => {
    const app = await open()
    const [root, child, grandchild, last] = (await chain(app, 1, 2, 3, 4)) as [string, string, string, string]
    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${child}` })).statusCode).toBe(204)
    expect(await get(app, grandchild)).toMatchObject({ parent_id: null, level: 0 })
    expect(await levels(app, [root, grandchild, last])).toEqual([0, 0, 1])
    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${child}` })).statusCode).toBe(404)
  })

  test('what a client says of level and content is ignored', async () => {
    const app = await open()
    const body = {
      data: 1,
      level: 7,
      content: { media_type: 'x/y' },
      version: 'x',
      children: [],
      parentId: UNKNOWN_ID,
    }
    const made = await create(app, body)
    expect(made).toMatchObject({ level: 0, parent_id: null })
    expect(made).not.toHaveProperty('content')
    const replaced = (await put(app, made.id, { ...body, data: 2 })).json<object>()
    expect(Object.keys(replaced)).toEqual(['id', 'created_at', 'updated_at', 'data', 'parent_id', 'level'])
  })

  test('If-Match guards replacing and deleting', async () => {
    const app = await open()
    const [id] = (await chain(app, 1)) as [string]
    const etag = String((await app.inject(`${PATH}/${id}`)).headers['etag'])
    const send = (method: 'PUT' | 'DELETE', tag: string) =>
      app.inject({ method, url: `${PATH}/${id}`, headers: { 'if-match': tag }, body: { data: 2 } })
    expect((await send('PUT', '"other"')).statusCode).toBe(412)
    expect((await send('PUT', etag)).statusCode).toBe(200)
    expect((await send('DELETE', etag)).statusCode).toBe(412)
    expect((await send('DELETE', '*')).statusCode).toBe(204)
  })

  test('10,000 levels move as one, and $tree refuses what is too deep', async () => {
    const app = await open()
    const { database } = await app.ready().then(() => app)
    const id = (level: number) => String(level).padStart(26, '0')
    const time = database.codec.encodeTime(new Date())
    const number = sql.raw(database.dialect === 'sqlite' ? "printf('%026d', n)" : "lpad(n::text, 26, '0')")
    const above = sql.raw(
      database.dialect === 'sqlite' ? "printf('%026d', n - 1)" : "lpad((n - 1)::text, 26, '0')",
    )
    await sql`insert into artifacts (id, version, created_at, updated_at, data, parent_id, level)
      with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < 9999)
      select ${number}, ${id(0)}, ${time}, ${time}, 'null', case n when 0 then null else ${above} end, n
      from numbers order by n`.execute(database.kysely)
    const [top] = (await chain(app, 'top')) as [string]

    const circle = await put(app, id(0), { data: 0, parent_id: id(9999) })
    expect(circle.statusCode).toBe(409)
    expect((await put(app, id(0), { data: 0, parent_id: top })).statusCode).toBe(200)
    expect(await levels(app, [id(0), id(5000), id(9999)])).toEqual([1, 5001, 10_000])

    const deep = await app.inject(`${PATH}/${top}/$tree`)
    expect(deep.statusCode).toBe(409)
    expect(deep.json<{ detail: string }>().detail).toMatch(
      /deeper than 512 levels; ask for the \$tree of an artifact/,
    )
    expect((await app.inject(`${PATH}/${id(9486)}/$tree`)).statusCode).toBe(409)
    let node = (await get(app, `${id(9487)}/$tree`)).children[0]
    let depth = 0
    for (; node; node = node.children[0]) depth++
    expect(depth).toBe(512)

    expect((await app.inject({ method: 'DELETE', url: `${PATH}/${id(0)}` })).statusCode).toBe(204)
    expect(await levels(app, [id(1), id(9999)])).toEqual([0, 9998])
  })

  const headers = { 'content-type': 'application/json' }

  test.each([
    ['__proto__ and constructor', '{"data":{"__proto__":{"a":1},"constructor":{"prototype":1}}}'],
    ['100 levels of nesting', `{"data":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['null', '{"data":null}'],
  ])('%s comes back as it was', async (_name, payload) => {
    const app = await open()
    const made = await app.inject({ method: 'POST', url: PATH, headers, payload })
    expect(made.statusCode).toBe(201)
    expect((await app.inject(`${PATH}/${made.json<{ id: string }>().id}`)).body).toContain(
      payload.slice(1, -1),
    )
  })

  test.each([
    ['NUL in text', '{"data":"a\\u0000b"}', 422],
    ['NUL in a name', '{"data":{"a\\u0000b":1}}', 422],
    ['a lone surrogate', '{"data":["\\ud800"]}', 422],
    ['no data', '{}', 422],
    ['no object', '[1]', 422],
    ['text', '"x"', 422],
    ['an id of a wrong type', '{"data":1,"id":7}', 422],
    ['an id that is no ULID', '{"data":1,"id":"x"}', 422],
    ['a parent of a wrong type', '{"data":1,"parent_id":["x"]}', 422],
    ['a parent that is no ULID', '{"data":1,"parent_id":"../x"}', 422],
    ['cut JSON', '{"data":', 422],
    ['2 MiB', JSON.stringify({ data: 'x'.repeat(2 ** 21) }), 413],
  ])('%s is refused', async (_name, payload, status) => {
    const app = await open()
    const [id] = (await chain(app, 1)) as [string]
    const post = await app.inject({ method: 'POST', url: PATH, headers, payload })
    const replaced = await app.inject({ method: 'PUT', url: `${PATH}/${id}`, headers, payload })
    for (const answer of [post, replaced]) {
      expect(answer.statusCode).toBe(status)
      expect(answer.headers['content-type']).toBe('application/problem+json')
    }
  })
})

test('faults of a parent are shown where the client sent it', async () => {
  const app = serviceOf()
  const answer = await app.inject({ method: 'POST', url: PATH, body: { data: 1, parent_id: 'x' } })
  expect(answer.json()).toMatchObject({ errors: [{ pointer: '/parent_id' }] })
  const { id } = await create(app, { data: 1 })
  await expect(app.artifacts.create({ data: 1, parentId: id.toLowerCase() })).resolves.toMatchObject({
    parentId: id,
    level: 1,
  })
  await expect(app.artifacts.create({ data: 1, parentId: 'x' })).rejects.toMatchObject({ statusCode: 422 })
})

test('without a hierarchy there are no labels', async () => {
  const app = serviceOf({ hierarchy: undefined as never, enableConfigLinking: false })
  const [root, child] = (await chain(app, 1, 2)) as [string, string]
  expect(await get(app, `${child}/$expand`)).toMatchObject({ level_label: null, hierarchy: null })
  expect(await get(app, `${root}/$tree`)).toMatchObject({
    level_label: null,
    children: [{ level_label: null, hierarchy: null, children: [], config: null }],
  })
})

test('levels have the names of the hierarchy', async () => {
  const app = serviceOf()
  const ids = await chain(app, 1, 2, 3)
  const labels = await Promise.all(ids.map(async (id) => (await get(app, `${id}/$expand`))['level_label']))
  expect(labels).toEqual(['model', 'prediction', 'level_2'])
  expect(await get(app, `${ids[0]}/$expand`)).toMatchObject({ hierarchy: hierarchy.name, children: null })
})

test.each(['$expand', '$tree'])('%s of an artifact that is not there', async (operation) => {
  const app = serviceOf()
  const missing = await app.inject(`${PATH}/${UNKNOWN_ID}/${operation}`)
  expect(missing.statusCode).toBe(404)
  expect(missing.json()).toMatchObject({
    ...problem('not-found'),
    detail: `Artifact with id ${UNKNOWN_ID} not found`,
    instance: `${PATH}/${UNKNOWN_ID}/${operation}`,
  })
  const invalid = await app.inject(`${PATH}/x/${operation}`)
  expect(invalid.json()).toMatchObject({ ...problem('invalid-ulid'), instance: `${PATH}/x` })
})

test('permissions take routes away', async () => {
  const app = serviceOf({ permissions: { read: false, update: false } })
  const { id } = await create(app, { data: 1 })
  for (const path of [`${id}/$expand`, `${id}/$tree`, `${id}/$config`, `${id}/$download`]) {
    expect((await app.inject(`${PATH}/${path}`)).statusCode).toBe(404)
  }
  expect((await app.inject(`/api/v1/configs/${UNKNOWN_ID}/$artifacts`)).statusCode).toBe(404)
  expect((await app.inject({ method: 'PUT', url: `${PATH}/${id}/$content`, payload: 'x' })).statusCode).toBe(
    404,
  )
  expect((await app.inject({ method: 'DELETE', url: `${PATH}/${id}` })).statusCode).toBe(204)
})
