import { defineEntity } from '@chapkit/data'
import { DATABASES, type DatabaseKind } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import { DEFAULTS, ProductSchema, serviceOn } from './service.ts'

const PATH = '/api/v1/products'
const UNKNOWN = '01HZZZZZZZZZZZZZZZZZZZZZZZ'
const body = { sku: 'a-1', price: 9.5 }

const products = () =>
  defineEntity({ name: 'product', table: 'products', schema: ProductSchema, unique: ['sku'] })

async function service(kind: DatabaseKind) {
  const app = await serviceOn(kind, products())
  const post = (payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: PATH, payload, headers })
  const put = (id: string, payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'PUT', url: `${PATH}/${id}`, payload, headers })
  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url: `${PATH}${url}`, headers })
  const remove = (id: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'DELETE', url: `${PATH}/${id}`, headers })
  return { app, post, put, get, remove }
}

describe.each(DATABASES)('on %s', (kind) => {
  test('an entity comes back as it was sent, with the defaults of its schema', async () => {
    const { app, post, get } = await service(kind)
    const sent = {
      sku: 'ä😀"\\',
      price: 0.1,
      stock: 1e300,
      is_active: false,
      note: '',
      brand: 'b',
      color: null,
      tags: ['x'],
      size: 's',
    }
    const answer = await post(sent)
    expect(answer.statusCode).toBe(201)
    const { id, created_at, updated_at, ...rest } = answer.json<Record<string, unknown>>()
    expect(rest).toEqual(sent)
    expect(updated_at).toBe(created_at)
    expect((await get(`/${String(id)}`)).json()).toEqual(answer.json())
    const least = (await post(body)).json<Record<string, unknown>>()
    expect(least).toEqual({
      id: least['id'],
      created_at: least['created_at'],
      updated_at: least['updated_at'],
      ...body,
      ...DEFAULTS,
    })
    expect(await app.products.findById(String(least['id']))).toMatchObject({ ...body, ...DEFAULTS })
  })

  test('PUT replaces all members, and what is left out is gone', async () => {
    const { post, put, get } = await service(kind)
    const { id, created_at } = (await post({ ...body, note: 'n', color: 'red', stock: 3 })).json()
    const answer = await put(id, body)
    expect(answer.statusCode).toBe(200)
    const { updated_at, ...rest } = answer.json()
    expect(rest).toEqual({ id, created_at, ...body, ...DEFAULTS })
    expect(updated_at >= created_at).toBe(true)
    expect((await get(`/${id}`)).json()).toEqual(answer.json())
  })

  test('what a client got it may send back', async () => {
    const { post, put } = await service(kind)
    const product = (await post(body)).json()
    expect((await put(product.id, { ...product, stock: 5 })).json()).toMatchObject({ stock: 5 })
  })

  test.each([
    [{ ...body, other: 1 }, '', 'must NOT have additional properties'],
    [{ price: 1 }, '/sku', "must have required property 'sku'"],
    [{ ...body, price: '1' }, '/price', 'must be number'],
    [{ ...body, price: -1 }, '/price', 'must be >= 0'],
    [{ ...body, sku: 'a\0' }, '/sku', 'must not contain NUL or a lone surrogate'],
    [{ ...body, sku: 'a\ud800' }, '/sku', 'must not contain NUL or a lone surrogate'],
    [{ ...body, tags: ['\udc00'] }, '/tags/0', 'must not contain NUL or a lone surrogate'],
    [{ ...body, id: 7 }, '/id', 'must be string,null'],
    [[body], '', 'must be object'],
  ])('%j is 422', async (payload, pointer, detail) => {
    const { post, put, get } = await service(kind)
    const { id } = (await post(body)).json()
    for (const answer of [await post(payload), await put(id, payload)]) {
      expect(answer.statusCode).toBe(422)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.json().errors).toContainEqual({ pointer, detail })
    }
    expect((await get('')).json()).toHaveLength(1)
  })

  test('a unique member is one entity’s only', async () => {
    const { post, put } = await service(kind)
    const long = 'x'.repeat(100_000)
    await post({ ...body, sku: long })
    const second = (await post(body)).json()
    for (const answer of [await post({ ...body, sku: long }), await put(second.id, { ...body, sku: long })]) {
      expect(answer.statusCode).toBe(409)
      expect(answer.json().detail).toBe(
        `A product with the sku '${'x'.repeat(100)}…' exists already; choose another sku.`,
      )
    }
    const emoji = `${'x'.repeat(99)}🙂 and more`
    await post({ ...body, sku: emoji })
    expect((await post({ ...body, sku: emoji })).json().detail).toBe(
      `A product with the sku '${'x'.repeat(99)}…' exists already; choose another sku.`,
    )
    const sameId = await post({ ...body, sku: 'other', id: second.id })
    expect([sameId.statusCode, sameId.json().detail]).toEqual([
      409,
      `A product with id ${second.id} exists already; PUT replaces it.`,
    ])
  })

  test('of many that create one at once, one succeeds', async () => {
    const { post } = await service(kind)
    const answers = await Promise.all(Array.from({ length: 30 }, () => post(body)))
    const withStatus = (status: number) => answers.filter(({ statusCode }) => statusCode === status)
    expect([withStatus(201).length, withStatus(409).length]).toEqual([1, 29])
  })

  test('an ETag is another one after each change', async () => {
    const { post, put, get } = await service(kind)
    const created = await post(body)
    const { id } = created.json()
    const tags = [
      created.headers.etag,
      (await put(id, body)).headers.etag,
      (await put(id, body)).headers.etag,
    ]
    expect(new Set(tags).size).toBe(3)
    for (const tag of tags) expect(tag).toMatch(/^"[0-9A-Z]{26}"$/)
    expect((await get(`/${id}`)).headers.etag).toBe(tags[2])
    expect((await get(`/${id}`)).headers.etag).toBe(tags[2])
  })

  test('If-None-Match is answered with 304 as long as nothing has changed', async () => {
    const { app, post, put, get } = await service(kind)
    const created = await post(body)
    const { id } = created.json()
    const tag = String(created.headers.etag)
    for (const value of [tag, `W/${tag}`, `"x", ${tag}`, '*', ' * ']) {
      const answer = await get(`/${id}`, { 'if-none-match': value })
      expect([value, answer.statusCode, answer.body, answer.headers.etag]).toEqual([value, 304, '', tag])
      const head = { method: 'HEAD', url: `${PATH}/${id}`, headers: { 'if-none-match': value } } as const
      expect((await app.inject(head)).statusCode).toBe(304)
    }
    expect((await get(`/${id}`, { 'if-none-match': '"x"' })).statusCode).toBe(200)
    expect((await get(`/${UNKNOWN}`, { 'if-none-match': '*' })).statusCode).toBe(404)
    await put(id, body)
    expect((await get(`/${id}`, { 'if-none-match': tag })).statusCode).toBe(200)
    expect((await get(`/${id}`, { 'if-none-match': 'x' })).statusCode).toBe(200)
  })

  test('PUT and DELETE with If-Match change only what the client has seen', async () => {
    const { post, put, get, remove } = await service(kind)
    const created = await post(body)
    const { id } = created.json()
    const first = String(created.headers.etag)
    const second = String((await put(id, { ...body, stock: 1 }, { 'if-match': first })).headers.etag)
    const stale = [`"x"`, first, `W/${second}`, `"x", ${first}`]
    for (const value of stale) {
      for (const answer of [
        await put(id, { ...body, stock: 2 }, { 'if-match': value }),
        await remove(id, { 'if-match': value }),
      ]) {
        expect([value, answer.statusCode]).toEqual([value, 412])
        expect(answer.json()).toMatchObject({ type: 'urn:chapkit:error:precondition-failed', status: 412 })
      }
    }
    expect((await get(`/${id}`)).json()).toMatchObject({ stock: 1 })
    expect((await put(id, body, { 'if-match': 'x' })).statusCode).toBe(400)
    expect((await put(UNKNOWN, body, { 'if-match': first })).statusCode).toBe(404)
    expect((await remove(UNKNOWN, { 'if-match': '*' })).statusCode).toBe(404)
    expect((await put(id, body, { 'if-match': '*' })).statusCode).toBe(200)
    const third = String((await put(id, body, { 'if-match': `"x", "y"` })).statusCode)
    expect(third).toBe('412')
    expect((await remove(id, { 'if-match': String((await get(`/${id}`)).headers.etag) })).statusCode).toBe(
      204,
    )
  })

  test('under If-Match no update of many at once is lost', async () => {
    const { post, put, get } = await service(kind)
    const { id } = (await post(body)).json()
    const increment = async (): Promise<void> => {
      for (;;) {
        const read = await get(`/${id}`)
        const { stock } = read.json()
        const answer = await put(id, { ...body, stock: stock + 1 }, { 'if-match': String(read.headers.etag) })
        if (answer.statusCode === 200) return
        expect(answer.statusCode).toBe(412)
      }
    }
    await Promise.all(Array.from({ length: 20 }, increment))
    expect((await get(`/${id}`)).json()).toMatchObject({ stock: 20 })
  })

  test('the list is read by id, part by part', async () => {
    const { post, get } = await service(kind)
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.push((await post({ ...body, sku: `s${count}` })).json().id)
    const read: string[][] = []
    let url: string | undefined = '?limit=2'
    while (url !== undefined) {
      const answer = await get(url)
      read.push(answer.json<{ id: string }[]>().map(({ id }) => id))
      const [, next] = /^<\/api\/v1\/products(\?[^>]+)>; rel="next"$/.exec(String(answer.headers.link)) ?? []
      url = next
    }
    expect(read).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)])
    const all = await get(`?after=${String(ids[1]).toLowerCase()}`)
    expect(all.json<{ id: string }[]>().map(({ id }) => id)).toEqual(ids.slice(2))
    expect(all.headers.link).toBeUndefined()
    expect((await get(`?after=${ids[4]}&limit=1000`)).json()).toEqual([])
    expect((await get(`?after=${ids[0]}&limit=1&page=1&size=5`)).json()).toHaveLength(1)
    for (const query of ['after=x', 'limit=0', 'limit=1001', 'limit=99999999999999999999', 'after=']) {
      const answer = await get(`?${query}`)
      expect([query, answer.statusCode]).toEqual([query, 422])
    }
    expect((await get('?page=2&size=2')).json()).toMatchObject({ total: 5, page: 2, size: 2, pages: 3 })
  })

  test('$schema tells what there is', async () => {
    const { get } = await service(kind)
    expect((await get('/$schema')).json()).toMatchObject({
      properties: { id: {}, created_at: {}, updated_at: {}, sku: { type: 'string' } },
    })
  })

  test('DELETE answers 204, and then 404', async () => {
    const { post, remove } = await service(kind)
    const { id } = (await post(body)).json()
    expect((await remove(id)).statusCode).toBe(204)
    expect((await remove(id)).statusCode).toBe(404)
  })
})
