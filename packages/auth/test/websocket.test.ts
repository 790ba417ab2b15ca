import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import websocket from '@fastify/websocket'
import type { ServerOptions, ServicePlugin } from '@chapkit/core'
import { listening, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { start } from './service.ts'

const KEYS = {
  all: 'sk_test_all_0123456789',
  chat: 'sk_test_chat_0123456789',
  other: 'sk_test_other_0123456789',
  star: 'sk_test_star_0123456789',
  expired: 'sk_test_expired_0123456789',
  far: 'sk_test_far_0123456789',
}

const ENTRIES = [
  { id: 'all', key: KEYS.all },
  { id: 'chat', key: KEYS.chat, scopes: ['chat:join'] },
  { id: 'other', key: KEYS.other, scopes: ['reports:read'] },
  { id: 'star', key: KEYS.star, scopes: ['*'] },
  { id: 'expired', key: KEYS.expired, expires_at: '2020-01-01' },
  { id: 'far', key: KEYS.far, allow_from: ['10.0.0.0/8'] },
]

async function service(kind: 'routed' | 'bare', server: ServerOptions = {}, failureLimit = '60/m') {
  const file = join(temporaryFolder(), 'keys.json')
  const write = (keys: readonly object[]) => writeFileSync(file, `${JSON.stringify({ keys })}\n`)
  write(ENTRIES)
  const joined: string[] = []
  const routed: ServicePlugin = async (app) => {
    await app.register(websocket)
    app.get('/chat', { websocket: true, config: { scopes: ['chat:join'] } }, (_socket, request) => {
      joined.push(request.apiKey?.id ?? '')
    })
    app.get('/', { websocket: true }, () => void joined.push('open'))
  }
  const bare: ServicePlugin = () => undefined
  const { app, log } = await start(
    { apiKeyFile: file, failureLimit },
    kind === 'routed' ? routed : bare,
    server,
  )
  if (kind === 'bare') {
    const sockets = new WebSocketServer({ noServer: true })
    app.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, () => undefined)
    })
  }
  const port = await listening(app)
  /** Status of the answer; the socket stays open. */
  const connect = (key: string | undefined, path = '/chat', headers = {}) =>
    new Promise<{ status: number; socket: WebSocket }>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
        headers: { ...(key !== undefined && { 'x-api-key': key }), ...headers },
      })
      onTestFinished(() => socket.terminate())
      socket.on('error', () => undefined)
      socket.on('upgrade', ({ statusCode }) => resolve({ status: statusCode as number, socket }))
      socket.on('unexpected-response', (_request, { statusCode }) =>
        resolve({ status: statusCode as number, socket }),
      )
    })
  const status = async (...args: Parameters<typeof connect>) => (await connect(...args)).status
  return { app, log, write, connect, status, joined }
}

test('row 10: with @fastify/websocket an upgrade needs a key, and the scopes of its route', async () => {
  const { log, status, joined } = await service('routed')
  expect(await status(undefined)).toBe(401)
  expect(await status(undefined, '/')).toBe(401)
  expect(await status('sk_wrong_0123456789')).toBe(401)
  expect(await status(KEYS.expired)).toBe(401)
  expect(await status(KEYS.far)).toBe(403)
  expect(await status(KEYS.other)).toBe(403)
  expect(joined).toEqual([])
  expect(await status(KEYS.chat)).toBe(101)
  expect(await status(KEYS.all)).toBe(101)
  await vi.waitFor(() => expect(joined).toEqual(['chat', 'all']))
  expect(log.lines('auth.missing_key')).toHaveLength(2)
  expect(log.lines('auth.expired')).toMatchObject([{ key_id: 'expired' }])
  expect(log.lines('auth.insufficient_scope')).toMatchObject([{ key_id: 'other', required: 'chat:join' }])
  expect(log.lines('auth.success')).toHaveLength(2)
})

test('row 10: with a bare listener an upgrade needs a key that may do everything', async () => {
  const { log, status } = await service('bare')
  expect(await status(undefined)).toBe(401)
  expect(await status(KEYS.expired)).toBe(401)
  expect(await status(KEYS.far)).toBe(403)
  expect(await status(KEYS.chat)).toBe(403)
  expect(await status(KEYS.star)).toBe(101)
  expect(await status(KEYS.all)).toBe(101)
  expect(log.lines('auth.insufficient_scope')).toMatchObject([{ key_id: 'chat', required: '*' }])
  expect(log.lines('auth.success')).toMatchObject([
    { key_id: 'star', path: '/chat' },
    { key_id: 'all', path: '/chat' },
  ])
})

test('row 26: the address of an upgrade is that of trustProxy', async () => {
  const untrusting = await service('bare')
  expect(await untrusting.status(KEYS.far, '/', { 'x-forwarded-for': '10.0.0.1' })).toBe(403)
  const trusting = await service('bare', { trustProxy: '127.0.0.1' })
  expect(await trusting.status(KEYS.far, '/', { 'x-forwarded-for': '10.0.0.1' })).toBe(101)
  expect(await trusting.status(KEYS.far, '/', { 'x-forwarded-for': '192.0.2.1' })).toBe(403)
})

test('upgrades count for the budget of wrong keys', async () => {
  const { log, status } = await service('bare', {}, '2/m')
  expect([await status('sk_wrong_1'), await status('sk_wrong_2'), await status('sk_wrong_3')]).toEqual([
    401, 401, 429,
  ])
  expect(await status('sk_wrong_4')).toBe(429)
  expect(await status(KEYS.all)).toBe(101)
  expect(log.lines('auth.rate_limited')).toHaveLength(1)
})

test.each(['routed', 'bare'] as const)('sockets close when their key is removed: %s', async (kind) => {
  const { connect, write } = await service(kind)
  const [gone, kept] = [await connect(KEYS.star), await connect(KEYS.all)]
  const closed = new Promise((resolve) => gone.socket.on('close', resolve))
  write(ENTRIES.filter(({ id }) => id === 'all'))
  await closed
  expect(kept.socket.readyState).toBe(WebSocket.OPEN)
})
