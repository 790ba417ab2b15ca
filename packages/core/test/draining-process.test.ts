import { connect } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { type ServiceProcess, startService } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const WAIT = { timeout: 30_000, interval: 10 }

function start(shutdownDelay = 200): Promise<ServiceProcess> {
  return startService('draining-service.ts', {
    cwd: new URL('fixtures/', import.meta.url),
    env: { SHUTDOWN_DELAY: String(shutdownDelay) },
  })
}

/** A connection, and what came over it. */
class Client {
  readonly #socket
  /** `closed` is an orderly end; else the code of the error. */
  readonly ended: Promise<string>
  text = ''
  isOver = false

  constructor({ origin }: ServiceProcess) {
    this.#socket = connect(Number(new URL(origin).port), '127.0.0.1')
    onTestFinished(() => void this.#socket.destroy())
    let end = 'closed'
    this.#socket.setEncoding('utf8').on('data', (text: string) => (this.text += text))
    this.#socket.on('error', (error: NodeJS.ErrnoException) => (end = String(error.code)))
    this.#socket.on('end', () => (this.isOver = true))
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.isOver = true
        resolve(end)
      })
    })
  }

  send(text: string): void {
    this.#socket.write(text)
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

/** One request after another over one connection, until it is told that it closes. Gives all the heads. */
async function keepAsking(client: Client): Promise<string[]> {
  const heads: string[] = []
  while (!client.isOver && !/\r\nconnection: close\r\n/i.test(heads.at(-1) ?? '')) {
    client.text = ''
    client.send(get('/hello'))
    await vi.waitFor(() => expect(client.isOver || client.text.endsWith('}')).toBe(true), WAIT)
    heads.push(client.text)
    await sleep(20)
    // What has come is read before more is sent.
    await turn()
  }
  return heads
}

/** Sends a part of a body each 300 milliseconds, and holds on where it is told to. */
async function upload(client: Client, pieces: number): Promise<void> {
  const body = JSON.stringify({ text: 'x'.repeat(989) })
  client.send(
    `POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  for (let at = 0; at < pieces * 100; at += 100) {
    client.send(body.slice(at, at + 100))
    await sleep(300)
  }
}

test('row 22: SIGTERM resets no client that keeps its connection, and the process exits with 0', async () => {
  const service = await start()
  const clients = Array.from({ length: 16 }, () => new Client(service))
  const asking = clients.map(keepAsking)
  const idle = new Client(service)
  idle.send(get('/hello'))
  await vi.waitFor(() => expect([idle, ...clients].every(({ text }) => text.endsWith('}'))).toBe(true), WAIT)

  expect(await service.process.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' })
  const heads = await Promise.all(asking)
  expect(new Set(await Promise.all([idle, ...clients].map(({ ended }) => ended)))).toEqual(
    new Set(['closed']),
  )
  const answers = heads.flat()
  expect(answers.filter((head) => !/^HTTP\/1\.1 (?:200|503) /.test(head))).toEqual([])
  // Those that asked once more were told.
  expect(heads.filter((one) => /\r\nconnection: close\r\n/i.test(one.at(-1) ?? '')).length).toBeGreaterThan(0)
})

test('row 23: SIGTERM ends streams with an event, answers a slow upload, drops a stalled one, and closes resources last', async () => {
  const service = await start()
  const streams = Array.from({ length: 5 }, () => new Client(service))
  for (const stream of streams) stream.send(get('/events'))
  await vi.waitFor(() => expect(streams.every(({ text }) => text.includes('first'))).toBe(true), WAIT)
  const slow = new Client(service)
  const stalled = new Client(service)
  const uploads = [upload(slow, 10), upload(stalled, 2)]
  await vi.waitFor(() => expect(service.process.log('http.request.start')).toHaveLength(7), WAIT)

  expect(await service.process.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' })
  await Promise.all(uploads)
  const all = [...streams, slow, stalled]
  expect(new Set(await Promise.all(all.map(({ ended }) => ended)))).toEqual(new Set(['closed']))
  for (const { text } of streams) {
    expect(text).toContain('event: close\ndata: {"reason":"shutdown"}\n\n')
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(true)
  }
  expect(slow.text).toMatch(/^HTTP\/1\.1 200 /)
  expect(slow.text).toMatch(/\r\nconnection: close\r\n/i)
  expect(slow.text.endsWith('{"characters":989}')).toBe(true)
  expect(stalled.text).toBe('')

  const events = service.process.log().map(({ event }) => event)
  expect(events.indexOf('resource.closed')).toBeGreaterThan(events.lastIndexOf('http.request.complete'))
})

test('row 23: SIGTERM makes a service not ready first; it serves on meanwhile', async () => {
  const service = await start(3_000)
  const get = (path: string) => fetch(service.origin + path)
  const ended = service.process.stop('SIGTERM')
  // As a platform does, until it hears that the service is not ready.
  await vi.waitFor(async () => expect((await get('/health/ready')).status).toBe(503), WAIT)
  const [hello, live, ready] = await Promise.all(['/hello', '/health/live', '/health/ready'].map(get))
  expect([hello?.status, live?.status, ready?.status]).toEqual([200, 200, 503])
  expect(hello?.headers.get('connection')).toBe('close')
  expect(await ready?.json()).toMatchObject({ detail: 'The service is about to shut down.' })
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
})
