import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { listening } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { start, withKeyFile } from './service.ts'

const A = `sk_test_${'a'.repeat(16)}`
const B = `sk_test_${'b'.repeat(16)}`

/** Asks with keys, all over one connection. */
function overOneConnection(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const ports = new Set<number | undefined>()
  const ask = (key: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'x-api-key': key }
      const request = get({ port, path: '/api/v1/configs', headers, agent }, (response) => {
        ports.add(response.socket.localPort)
        response.resume().on('end', () => resolve(response.statusCode))
      })
      request.on('error', reject)
    })
  return { ask, ports }
}

test('a connection that was let in once needs its key all the same', async () => {
  const { app, log } = await start({ apiKeys: [A, B] })
  const { ask, ports } = overOneConnection(await listening(app))
  const wrong = `${A.slice(0, -1)}x`
  const statuses: (number | undefined)[] = []
  for (const key of [A, A, wrong, A.slice(0, -1), `${A}a`, '', A, B, B, wrong]) statuses.push(await ask(key))
  expect(statuses).toEqual([200, 200, 401, 401, 401, 401, 200, 200, 200, 401])
  expect(ports.size).toBe(1)
  const ids = log.lines('auth.success').map((line) => line['key_id'])
  expect(ids).toEqual(['key-1', 'key-1', 'key-1', 'key-2', 'key-2'])
})

test('a long key is asked for each time, and lets in all the same', async () => {
  const long = 'k'.repeat(300)
  const { app } = await start({ apiKeys: [A, long] })
  const { ask } = overOneConnection(await listening(app))
  const statuses: (number | undefined)[] = []
  for (const key of [A, long, long, `${long}k`, A, long.slice(44)]) statuses.push(await ask(key))
  expect(statuses).toEqual([200, 200, 200, 401, 200, 401])
})

test('a key that was taken away is refused on the connection that has sent it', async () => {
  const file = withKeyFile(`${A}\n${B}\n`)
  const { app } = await start({ apiKeyFile: file })
  const { ask, ports } = overOneConnection(await listening(app))
  expect([await ask(A), await ask(A)]).toEqual([200, 200])
  writeFileSync(file, `${B}\n`)
  await vi.waitFor(async () => expect(await ask(A)).toBe(401), { timeout: 20_000, interval: 50 })
  expect(await ask(B)).toBe(200)
  expect(ports.size).toBe(1)
})

test('a key that expires is refused on the connection that has sent it', async () => {
  const expires = new Date(Date.now() + 1_500).toISOString()
  const file = withKeyFile(JSON.stringify({ keys: [{ id: 'short', key: A, expires_at: expires }] }))
  const { app } = await start({ apiKeyFile: file })
  const { ask } = overOneConnection(await listening(app))
  expect(await ask(A)).toBe(200)
  await vi.waitFor(async () => expect(await ask(A)).toBe(401), { timeout: 20_000, interval: 50 })
})
