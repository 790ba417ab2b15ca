import { Problem, ServiceBuilder } from 'chapkit'
import { closing, listening, startService, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'
import { notes, oldNotes } from '../../snippets/entities/changed.ts'
import { service as hooked } from '../../snippets/entities/hooks.ts'
import { useProducts } from '../../snippets/entities/in-code.ts'
import { products } from '../../snippets/entities/operations.ts'
import { orders } from '../../snippets/entities/options.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { exchange, expectExchange } from '../helpers/exchanges.ts'
import { curl } from '../helpers/scripts.ts'

const SCRIPT = 'docs/snippets/entities/curl.sh'
const SHOWN_TAG = '01M87A60D2E7GQ4N5S8HJ1B3VW'
const info = { displayName: 'My Service' }

test('snippets/entities/smallest.ts has CRUD routes', async () => {
  const cwd = new URL('../../', import.meta.url)
  const { origin } = await startService('snippets/entities/smallest.ts', { cwd })
  const created = await fetch(`${origin}/api/v1/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Buy milk' }),
  })
  expect([created.status, await created.json()]).toMatchObject([201, { text: 'Buy milk' }])
  expect(await (await fetch(`${origin}/api/v1/notes`)).json()).toHaveLength(1)
})

/** The service stores in a file of the working directory. */
async function start() {
  const before = process.cwd()
  process.chdir(temporaryFolder())
  onTestFinished(() => process.chdir(before))
  const { service } = await import('../../snippets/entities/service.ts')
  const app = service.build()
  return { app, origin: `http://127.0.0.1:${await listening(app)}` }
}

test('snippets/entities/service.ts answers snippets/entities/curl.sh', async () => {
  const { app, origin } = await start()
  const call = (region: string, tag = '') => exchange(SCRIPT, region, origin, { [SHOWN_TAG]: tag })

  const created = await call('create')
  expectExchange(created, 'entities/answers/created.http')
  const tag = (created.headers.get('etag') ?? '').slice(1, -1)
  expectExchange(await call('create'), 'entities/answers/taken.http')

  await app.products.create({ sku: 'MUG-2', title: 'Large mug', price: 12, stock: 0 })
  await app.products.create({ sku: 'MUG-3', title: 'Blue mug', price: 9.5, stock: 0, labels: ['blue'] })
  expectAnswer((await curl(SCRIPT, 'page', origin)).body, 'entities/answers/page.json')
  expectExchange(await call('first'), 'entities/answers/first.http')
  const [, next = ''] = /<(.+)>/.exec((await call('first')).headers.get('link') ?? '') ?? []
  const last = await fetch(origin + next)
  expect([last.headers.get('link'), await last.json()]).toMatchObject([null, [{ sku: 'MUG-3' }]])

  expectExchange(await call('get', tag), 'entities/answers/not-modified.http')
  const replaced = await call('put', tag)
  expectExchange(replaced, 'entities/answers/replaced.http')
  expectExchange(await call('put', tag), 'entities/answers/changed.http')
  expectExchange(await call('delete', tag), 'entities/answers/changed.http')
  const newTag = (replaced.headers.get('etag') ?? '').slice(1, -1)
  expect(await call('delete', newTag)).toMatchObject({ status: 'HTTP/1.1 204 No Content', body: '' })

  const once = await call('once')
  expect(once.headers.get('idempotent-replayed')).toBeUndefined()
  const repeated = await call('once')
  expectExchange(repeated, 'entities/answers/repeated.http')
  expect(repeated.body).toBe(once.body)
})

test('snippets/entities/in-code.ts', async () => {
  const [title, stock, refusal, ...rest] = await useProducts()
  expect([title, stock, ...rest]).toEqual(['Mug', 2, 1, 1, 1, 0, true])
  expect(refusal).toBeInstanceOf(Problem)
  expect(refusal).toMatchObject({ type: 'precondition-failed' })
})

test('snippets/entities/hooks.ts: hooks change, refuse and write with the write', async () => {
  const app = closing(hooked.build())
  await app.ready()
  const { id, title } = await app.products.create({ title: ' Mug ', price: 10 })
  expect(title).toBe('Mug')
  await app.products.replace(id, { title, price: 15 })
  const payload = { title, price: 31 }
  const refused = await app.inject({ method: 'PUT', url: `/api/v1/products/${id}`, payload })
  expect(refused.json()).toMatchObject({ status: 409, detail: 'A price may double at most.' })
  expect(await app.priceChanges.list()).toMatchObject([{ product_id: id, price: 15 }])
  expect((await app.inject('/api/v1/price-changes')).json()).toHaveLength(1)
})

test('snippets/entities/options.ts says where clients find it, and what they may do', async () => {
  const app = closing(new ServiceBuilder(info).with(orders).build())
  await app.ready()
  const { id } = await app.purchaseOrders.create({ number: '4711', open: true })
  expect((await app.inject(`/shop/orders/${id}`)).json()).toMatchObject({ number: '4711' })
  expect((await app.inject({ method: 'DELETE', url: `/shop/orders/${id}` })).statusCode).toBe(405)
})

test('snippets/entities/operations.ts', async () => {
  const app = closing(new ServiceBuilder(info).with(products).build())
  await app.ready()
  const { id } = await app.products.create({ title: 'Mug', stock: 2 })
  const url = `/api/v1/products/${id}/$restock`
  const restock = (count: number) => app.inject({ method: 'POST', url, payload: { count } })
  expect((await restock(3)).json()).toMatchObject({ id, title: 'Mug', stock: 5 })
  expect((await restock(0)).statusCode).toBe(422)
  expect((await app.inject('/api/v1/products/$total')).json()).toEqual({ total: 5 })
})

test('snippets/entities/changed.ts: what was stored before has the new column', async () => {
  const url = `sqlite:${temporaryFolder()}/notes.db`
  const old = new ServiceBuilder(info).withDatabase(url).with(oldNotes).build()
  await old.ready()
  const { id } = await old.notes.create({ text: 'Buy milk', author: 'Ada' })
  await old.close()

  const app = closing(new ServiceBuilder(info).withDatabase(url).with(notes).build())
  expect((await app.inject(`/api/v1/notes/${id}`)).json()).toMatchObject({ text: 'Buy milk', stars: 0 })
  expect(await app.notes.create({ text: 'Buy bread', stars: 5 })).toMatchObject({ stars: 5 })
})
