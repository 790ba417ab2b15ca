import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { listening } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'
import { routes, service } from './support.ts'

/** Milliseconds: of a header and of a body, and between two looks. */
const LIMIT = 1_500
const LOOK = 250

const echo = routes((app) => {
  app.get('/hello', () => ({ hello: true }))
  app.post('/echo', (request) => request.body)
})

interface Slow {
  readonly text: string
  /** Milliseconds for which it was open. */
  readonly open: number
}

/** Sends a head, and then a byte every now and then, for as long as the server lets it. */
function sendSlowly(port: number, head: string): Promise<Slow> {
  return new Promise((resolve) => {
    const start = performance.now()
    let text = ''
    let timer: NodeJS.Timeout | undefined
    // Not before it is connected: what is written meanwhile would be sent before the head.
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head)
      timer = setInterval(() => void (socket.writable && socket.write('x')), 200)
    })
    onTestFinished(() => void socket.destroy())
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    // Bytes that were on their way when the server closed.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(timer)
      resolve({ text, open: performance.now() - start })
    })
  })
}

const SLOW_HEADER = 'GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: '
const SLOW_BODY =
  'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'

test('row 21: 200 clients that send slowly are closed with 408 in time, while another one is served', async () => {
  const { app } = service([echo], {
    headersTimeout: LIMIT,
    requestTimeout: LIMIT,
    connectionsCheckingInterval: LOOK,
  })
  const port = await listening(app)
  const slow = Array.from({ length: 200 }, (_, i) => sendSlowly(port, i % 2 ? SLOW_HEADER : SLOW_BODY))
  const open = new Set(slow)
  for (const one of slow) void one.then(() => open.delete(one))
  const statuses: number[] = []
  while (open.size > 0) {
    statuses.push((await fetch(`http://127.0.0.1:${port}/hello`)).status)
    await sleep(20)
  }
  expect(statuses.length).toBeGreaterThan(5)
  expect(new Set(statuses)).toEqual(new Set([200]))

  const answers = await Promise.all(slow)
  for (const { text } of answers) {
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(text).toContain('Content-Type: application/problem+json')
    expect(text).toContain('urn:chapkit:error:timeout')
  }
  // None before its time, and all but for what a busy machine adds.
  expect(Math.min(...answers.map(({ open }) => open))).toBeGreaterThan(LIMIT - LOOK)
  expect(Math.max(...answers.map(({ open }) => open))).toBeLessThan(LIMIT + LOOK + 15_000)
})

test('a client that is slow with its second request is closed, too', async () => {
  const { app } = service([echo], { headersTimeout: 200, connectionsCheckingInterval: 50 })
  const port = await listening(app)
  const { text } = await sendSlowly(port, `GET /hello HTTP/1.1\r\nHost: x\r\n\r\n${SLOW_HEADER}`)
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\{"hello":true\}HTTP\/1\.1 408 /)
})
