import { defineEntity } from '@chapkit/data'
import { Problem } from '@chapkit/core'
import { DATABASES, type DatabaseKind } from '@chapkit/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ProductSchema, serviceOn } from './service.ts'

const PATH = '/api/v1/products'
const body = { sku: 'a-1', price: 1 }

async function service(kind: DatabaseKind, preSave?: () => void) {
  const app = await serviceOn(
    kind,
    defineEntity({
      name: 'product',
      table: 'products',
      schema: ProductSchema,
      hooks: preSave ? { preSave } : {},
    }),
  )
  const post = (key: string | undefined, payload: object = body) =>
    app.inject({
      method: 'POST',
      url: PATH,
      payload,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    })
  const count = async () => (await app.products.list()).length
  return { app, post, count }
}

describe.each(DATABASES)('on %s', (kind) => {
  test('a repeat gets the first answer again, and creates nothing', async () => {
    const { app, post, count } = await service(kind)
    const first = await post('k')
    await app.products.replace(first.json().id, { ...body, stock: 9, is_active: true, brand: null, tags: [] })
    const second = await post('k')
    expect([second.statusCode, second.body]).toEqual([201, first.body])
    expect(second.headers).toMatchObject({
      etag: first.headers.etag,
      location: first.headers.location,
      'content-type': 'application/json',
      'idempotent-replayed': 'true',
    })
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    expect(await count()).toBe(1)
    await post('K')
    await post(undefined)
    expect(await count()).toBe(3)
  })

  test('another body under the same key is 422', async () => {
    const { post, count } = await service(kind)
    await post('k')
    const answer = await post('k', { ...body, price: 2 })
    expect(answer.statusCode).toBe(422)
    expect(answer.json().detail).toBe(
      'This Idempotency-Key was used with another body; send a new key with a new request.',
    )
    expect(await count()).toBe(1)
  })

  test('of many at once with one key, one creates and all get its answer', async () => {
    const { post, count } = await service(kind)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('k')))
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1)
    expect(answers[0]?.statusCode).toBe(201)
    expect(await count()).toBe(1)
  })

  test('what failed is tried again', async () => {
    let isRefused = true
    const { post, count } = await service(kind, () => {
      if (isRefused) throw new Problem('conflict', 'Not now.')
    })
    expect((await post('k')).statusCode).toBe(409)
    expect((await post('k', { price: 1 })).statusCode).toBe(422)
    isRefused = false
    expect((await post('k', { ...body, price: 3 })).statusCode).toBe(201)
    expect(await count()).toBe(1)
  })

  test('a key is free again after 24 hours', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const { app, post, count } = await service(kind)
    const start = Date.now()
    await post('k')
    await post('old')
    vi.setSystemTime(start + 24 * 60 * 60 * 1000 - 1)
    await post('k')
    expect(await count()).toBe(2)
    vi.setSystemTime(start + 24 * 60 * 60 * 1000 + 1)
    await post('k', { ...body, price: 2 })
    expect(await count()).toBe(3)
    vi.setSystemTime(start + 25 * 60 * 60 * 1000)
    await post('new')
    const kept = await app.database.kysely
      .withTables<{ idempotency_keys: { key: string } }>()
      .selectFrom('idempotency_keys')
      .select('key')
      .orderBy('key')
      .execute()
    expect(kept).toEqual([{ key: 'k' }, { key: 'new' }])
  })

  test.each(['', ' ', 'x'.repeat(256), 'ä', 'a\tb'])('%j is no key', async (key) => {
    const { post, count } = await service(kind)
    const answer = await post(key)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toBe('Idempotency-Key must have 1 to 255 printable ASCII characters.')
    expect(await count()).toBe(0)
    expect((await post('a b,"c"')).statusCode).toBe(201)
    expect((await post('x'.repeat(255))).statusCode).toBe(201)
  })
})
