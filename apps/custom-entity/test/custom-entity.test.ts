import { readFileSync } from 'node:fs'
import { DATABASES, databaseUrl, startService } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEY = 'sk_dev_0123456789abcdef'

test('it is under 40 lines', () => {
  expect(readFileSync(new URL('app.ts', cwd), 'utf8').trimEnd().split('\n').length).toBeLessThan(40)
})

describe.each(DATABASES)('on %s', (kind) => {
  test('products are created, restocked, valued and deleted', async () => {
    const env = { CHAPKIT_API_KEYS: KEY, DATABASE_URL: await databaseUrl(kind) }
    const { origin } = await startService('server.ts', { cwd, env })
    const call = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${origin}/api/v1/products${path}`, {
        method,
        headers: { 'x-api-key': KEY, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() }
    }

    const tea = { sku: 'tea-1', title: 'Green tea', price: 4.5 }
    const { status, body: created } = await call('POST', '', tea)
    expect([status, created]).toEqual([201, { ...created, ...tea, sku: 'TEA-1', stock: 0 }])
    expect((await call('POST', '', { ...tea, sku: 'TEA-1' })).status).toBe(409)

    const restocks = await Promise.all(
      Array.from({ length: 10 }, () => call('POST', `/${created.id}/$restock`, { count: 2 })),
    )
    expect(restocks.map((answer) => answer.status)).toEqual(Array(10).fill(200))
    expect(await call('GET', '/$value')).toEqual({ status: 200, body: { value: 90 } })

    const refused = await call('DELETE', `/${created.id}`)
    expect([refused.status, refused.body.detail]).toEqual([409, 'There are 20 left; sell them first.'])
    expect((await call('PUT', `/${created.id}`, tea)).status).toBe(200)
    expect((await call('DELETE', `/${created.id}`)).status).toBe(204)
  })
})
