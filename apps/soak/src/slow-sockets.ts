/** A process whose sockets send a byte at a time: `node slow-sockets.js '{"port":8000,…}'`. It prints what became of them. */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How slow, and how long. */
export interface SlowPlan {
  readonly port: number
  readonly key: string
  /** Sockets that send a header slowly, and as many that send a body so; each is opened anew when it was closed. */
  readonly sockets: number
  /** No socket is opened after so many seconds. */
  readonly seconds: number
}

/** What became of the sockets. */
export interface SlowResult {
  readonly opened: number
  /** Sockets that the server closed after it had answered 408. */
  readonly timedOut: number
  /** Seconds for which the longest was open. */
  readonly longest: number
}

/** Milliseconds between two bytes of a socket. Each has its own beat. */
const PAUSE = 1_000

const { port, key, sockets, seconds } = JSON.parse(process.argv[2] ?? '{}') as SlowPlan
const end = Date.now() + seconds * 1000
let opened = 0
let timedOut = 0
let longest = 0

const header = 'GET /hello HTTP/1.1\r\nHost: soak\r\n'
const upload = `POST /upload HTTP/1.1\r\nHost: soak\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`
const all = Array.from({ length: sockets }, () => [keepSlow('', header), keepSlow(upload, '{"text":"')])
await Promise.all(all.flat())
const result: SlowResult = { opened, timedOut, longest: longest / 1000 }
console.log(JSON.stringify(result))

async function keepSlow(first: string, slowly: string): Promise<void> {
  await sleep(Math.random() * PAUSE)
  while (Date.now() < end) await slow(first, slowly)
}

/** One socket, until it is closed. */
function slow(first: string, slowly: string): Promise<void> {
  return new Promise((resolve) => {
    const start = Date.now()
    let answer = ''
    let sent = 0
    const next = (): string => slowly[sent++] ?? 'a'
    opened++
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(first || next()))
    const timer = setInterval(() => socket.write(next()), PAUSE)
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(timer)
      if (answer.startsWith('HTTP/1.1 408 ')) timedOut++
      longest = Math.max(longest, Date.now() - start)
      resolve()
    })
  })
}
