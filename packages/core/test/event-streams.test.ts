import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { sendEvents } from '@chapkit/core'
import { listening } from '@chapkit/testing'
import type { FastifyReply } from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { EventStream } from '../src/event-stream.ts'
import { routes, service } from './support.ts'

const MIB = 1024 * 1024

/** A client that asks for a stream and reads nothing of it. */
async function stalledReader(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined).pause()
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  return socket
}

test('a stream ends with the reason that it is told, also when its source does not listen', async () => {
  const { app } = service([
    routes((app) => {
      app.get('/events', (_request, reply) =>
        sendEvents(reply, async function* () {
          yield { first: true }
          await new Promise(() => undefined)
        }),
      )
    }),
  ])
  const port = await listening(app)
  const answer = await fetch(`http://127.0.0.1:${port}/events`)
  const [stream] = app.kernel.openStreams
  expect(stream?.request.url).toBe('/events')
  stream?.end('key-revoked')
  stream?.end('shutdown')
  expect(await answer.text()).toBe('data: {"first":true}\n\nevent: close\ndata: {"reason":"key-revoked"}\n\n')
  await vi.waitFor(() => expect(app.kernel.openStreams.size).toBe(0))
})

test('a source that ends, answers late or throws ends its stream', async () => {
  let answerLate: () => void = () => undefined
  const { app } = service([
    routes((app) => {
      app.get('/ends', (_request, reply) =>
        sendEvents(reply, async function* () {
          yield await Promise.resolve(1)
        }),
      )
      app.get('/late', (_request, reply) =>
        sendEvents(reply, async function* () {
          yield 1
          yield await new Promise((resolve) => (answerLate = () => resolve(2)))
        }),
      )
      app.get('/throws', (_request, reply) =>
        sendEvents(reply, async function* () {
          yield await Promise.resolve(1)
          throw new Error('no more')
        }),
      )
    }),
  ])
  const port = await listening(app)
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  expect(await (await get('/ends')).text()).toBe('data: 1\n\n')
  await expect((await get('/throws')).text()).rejects.toThrow('terminated')

  const late = await get('/late')
  const [stream] = app.kernel.openStreams
  stream?.end('key-revoked')
  answerLate()
  expect(await late.text()).toBe('data: 1\n\nevent: close\ndata: {"reason":"key-revoked"}\n\n')
  expect((await app.inject({ method: 'HEAD', url: '/ends' })).headers['content-type']).toContain(
    'text/event-stream',
  )
})

test('row 29: what clients do not read waits at its source, and they are dropped', async () => {
  const READERS = 200
  const SIZE = 64_000
  const held = new Map<FastifyReply, number>()
  const { app } = service([
    routes((app) => {
      app.get('/events', (_request, reply) =>
        sendEvents(
          reply,
          async function* (signal) {
            while (!signal.aborted) {
              held.set(reply, Math.max(held.get(reply) ?? 0, reply.raw.writableLength))
              yield await Promise.resolve({ text: 'x'.repeat(SIZE) })
            }
          },
          { stallTimeout: 500 },
        ),
      )
    }),
  ])
  const port = await listening(app)
  await Promise.all(Array.from({ length: READERS }, () => stalledReader(port, '/events')))
  await vi.waitFor(() => expect(held.size).toBe(READERS), { timeout: 30_000 })
  await vi.waitFor(() => expect(app.kernel.openStreams.size).toBe(0), { timeout: 50_000 })
  // What was given to the operating system is not in it: some megabytes for each client.
  expect(Math.max(...held.values())).toBeLessThan(3 * SIZE)
})

test('a client that reads slowly is not dropped', async () => {
  const { app } = service([
    routes((app) => {
      app.get('/events', (_request, reply) =>
        sendEvents(
          reply,
          async function* (signal) {
            while (!signal.aborted) yield await Promise.resolve({ text: 'x'.repeat(64_000) })
          },
          { stallTimeout: 2_000 },
        ),
      )
    }),
  ])
  const port = await listening(app)
  const reader = await stalledReader(port, '/events')
  const reading = setInterval(() => reader.read(), 20)
  onTestFinished(() => clearInterval(reading))
  await vi.waitFor(() => expect(reader.bytesRead).toBeGreaterThan(12 * MIB), { timeout: 50_000 })
  expect(app.kernel.openStreams.size).toBe(1)
})

test('a client that takes a part of what waits for it has its time anew', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const socket = { bytesWritten: 0, destroy: vi.fn() }
  const stream = new EventStream(
    {} as never,
    async function* () {
      for (;;) yield await Promise.resolve('x'.repeat(100_000))
    },
    { socket: socket as never, stallTimeout: 1_000 },
  )
  onTestFinished(() => void stream.destroy())
  stream.read(0)
  await once(stream, 'readable')
  socket.bytesWritten = 60_000
  vi.advanceTimersByTime(1_000)
  expect(socket.destroy).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(socket.destroy).toHaveBeenCalledOnce()
})

test('a stream that is asked for before the service closes, and begins after that, tells so', async () => {
  let begin: () => void = () => undefined
  const { app } = service([
    routes((app) => {
      app.get('/events', async (_request, reply) => {
        await new Promise<void>((resolve) => (begin = resolve))
        return sendEvents(reply, async function* () {
          yield await Promise.resolve(1)
        })
      })
    }),
  ])
  const port = await listening(app)
  const asked = once(app.server, 'request')
  const answer = fetch(`http://127.0.0.1:${port}/events`)
  await asked
  const closed = app.close()
  await vi.waitFor(() => expect(app.kernel.closing.aborted).toBe(true))
  begin()
  expect(await (await answer).text()).toContain('event: close\ndata: {"reason":"shutdown"}')
  await closed
})
