import { listening, sendRaw } from '@chapkit/testing'
import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { KEY, start } from './service.ts'

const HEAD = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'

/** A listener as a WebSocket library adds it, which looks at nothing. */
function accept(_request: unknown, socket: Duplex): void {
  socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
}

test('row 10: an upgrade that goes to the router needs a key as any request', async () => {
  const { app } = await start({ apiKeys: [KEY] })
  const port = await listening(app)
  const { status } = await sendRaw(
    port,
    `GET /api/v1/configs HTTP/1.1\r\n${HEAD.replace('Upgrade\r\n', 'Upgrade, close\r\n')}\r\n`,
  )
  expect(status).toBe(401)
})

test.for(['before', 'after'])(
  '10: an upgrade that goes to a listener added %s the start needs a key',
  async (when) => {
    const { app, log } = await start({ apiKeys: [KEY] })
    if (when === 'before') app.server.on('upgrade', accept)
    const port = await listening(app)
    app.server.on('checkContinue', accept)
    app.server.off('checkContinue', accept)
    if (when === 'after') app.server.on('upgrade', accept)

    for (const path of ['/api/v1/configs?x=1', '/health']) {
      const answer = await sendRaw(port, `GET ${path} HTTP/1.1\r\n${HEAD}\r\n`)
      expect(answer.status).toBe(401)
      expect(answer.text).not.toContain('HTTP/1.1 101')
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'www-authenticate': 'ApiKey realm="chapkit", header="X-API-Key"',
        'x-request-id': expect.stringMatching(/^[0-9A-Z]{26}$/),
      })
    }
    const wrong = await sendRaw(
      port,
      `GET /api/v1/configs HTTP/1.1\r\n${HEAD}X-API-Key: sk_wrong_0123456789\r\n\r\n`,
    )
    expect(JSON.parse(wrong.body)).toEqual({
      type: 'urn:chapkit:error:unauthorized',
      title: 'Unauthorized',
      status: 401,
      detail: 'Invalid API key',
      instance: '/api/v1/configs',
    })
    expect(log.lines('auth.missing_key')[0]).toMatchObject({
      level: 'warning',
      path: '/api/v1/configs',
      method: 'GET',
      client_host: '127.0.0.1',
      request_id: expect.any(String),
    })
    expect(log.lines('auth.invalid_key')).toMatchObject([{ key_prefix: 'sk_wron' }])

    const right = await sendRaw(port, `GET /api/v1/configs HTTP/1.1\r\n${HEAD}X-API-Key: ${KEY}\r\n\r\n`)
    expect(right.status).toBe(101)
  },
)

test('row 10: a listener that was there before the keys is guarded, too', async () => {
  const { app } = await start({ apiKeys: [KEY] }, undefined, {}, [
    { name: 'sockets', order: 'early', plugin: (app) => void app.server.on('upgrade', accept) },
  ])
  const port = await listening(app)
  expect((await sendRaw(port, `GET / HTTP/1.1\r\n${HEAD}\r\n`)).status).toBe(401)
})

test('row 10: a listener that puts itself before all others comes after the key check', async () => {
  const { app } = await start({ apiKeys: [KEY] })
  app.server.on('upgrade', accept)
  app.server.prependListener('upgrade', accept)
  const answer = await sendRaw(await listening(app), `GET / HTTP/1.1\r\n${HEAD}\r\n`)
  expect(answer.status).toBe(401)
  expect(answer.text).not.toContain('HTTP/1.1 101')
})
