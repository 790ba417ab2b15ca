import { databaseUrl, startService } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import { addKey, openKeys } from './service.ts'

const cwd = new URL('..', import.meta.url)

/** Two processes that share a database. */
async function replicas(DATABASE_URL: string) {
  const options = { cwd, env: { DATABASE_URL } }
  return Promise.all([startService('test/replica.ts', options), startService('test/replica.ts', options)])
}

const status = async (origin: string, key: string) =>
  (await fetch(`${origin}/data`, { headers: { 'x-api-key': key } })).status

describe.each(['file', 'postgres'] as const)('two processes and the keys in %s', (kind) => {
  test('what one changes counts in the other within 2 seconds, open event streams included', async () => {
    const url = await databaseUrl(kind)
    const { table } = await openKeys(url)
    const admin = await addKey(table, { scopes: ['keys:admin'] })
    const [one, other] = await replicas(url)
    const call = (method: string, path: string, body?: object) =>
      fetch(`${one.origin}/api/v1/keys${path}`, {
        method,
        headers: { 'x-api-key': admin.key, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    const made = (await (await call('POST', '', { name: 'short' })).json()) as { id: string; key: string }
    expect(await status(one.origin, made.key)).toBe(200)
    await expect.poll(() => status(other.origin, made.key), { timeout: 20_000 }).toBe(200)

    const headers = { 'x-api-key': made.key }
    const streams = await Promise.all(
      [one, other].map(({ origin }) => fetch(`${origin}/events`, { headers })),
    )
    expect(streams.map((stream) => stream.status)).toEqual([200, 200])
    const ends = Promise.all(streams.map((stream) => stream.text()))
    expect((await call('DELETE', `/${made.id}`)).status).toBe(204)
    expect(await status(one.origin, made.key)).toBe(401)
    await expect.poll(() => status(other.origin, made.key), { timeout: 20_000 }).toBe(401)
    for (const text of await ends) expect(text).toContain('event: close')

    for (const { process } of [one, other]) {
      const { code, stdout } = await process.stop()
      expect(code).toBe(0)
      for (const { key } of [admin, made]) expect(stdout).not.toContain(key)
    }
  })

  test('20 rotations under requests with the key that is valid: none is refused', async () => {
    const url = await databaseUrl(kind)
    const { table } = await openKeys(url)
    const admin = await addKey(table, { scopes: ['keys:admin'] })
    const [one, other] = await replicas(url)
    let refused = 0
    let sent = 0
    const over = new AbortController()
    let current = { id: '', key: admin.key }
    const client = async (origin: string) => {
      while (!over.signal.aborted) {
        const { key } = current
        if ((await status(origin, key)) !== 200) refused += 1
        sent += 1
      }
    }
    const headers = { 'x-api-key': admin.key, 'content-type': 'application/json' }
    const post = async (path: string, body: object) => {
      const options = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await (await fetch(`${one.origin}/api/v1/keys${path}`, options)).json()) as typeof current
    }
    let newest = await post('', {})
    await expect.poll(() => status(other.origin, newest.key), { timeout: 20_000 }).toBe(200)
    current = newest
    const clients = [one, other].map(({ origin }) => client(origin))
    for (let at = 0; at < 20; at++) {
      newest = await post(`/${current.id}/$rotate`, { overlap: '1h' })
      await expect.poll(() => status(other.origin, newest.key), { timeout: 20_000 }).toBe(200)
      current = newest
    }
    over.abort()
    await Promise.all(clients)
    expect(sent).toBeGreaterThan(20)
    expect(refused).toBe(0)
  })
})
