import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, get, Unanswered } from './connection.ts'
import { KEY } from './soaked.ts'

/** What clients of a service that ends have seen. */
export class Witness {
  answered = 0
  /** Clients that got their first answer, or their first event. */
  begun = 0
  readonly faults: string[] = []
  /** Set when nobody is to open a connection any more, as a load balancer decides when the service is not ready. */
  isOver = false
}

/** A client that sends one request after another, over a connection that it keeps until it is told that it closes. */
export async function keepAsking(port: number, witness: Witness): Promise<void> {
  let hasBegun = false
  while (!witness.isOver) {
    const connection = await Connection.open(port).catch(() => undefined)
    // Refused: nothing was sent.
    if (connection === undefined) return
    if (!hasBegun) {
      hasBegun = true
      await connection.send(get('/hello', KEY))
      witness.begun++
    }
    await askOver(connection, witness)
    const end = await connection.ended
    if (end !== 'closed') witness.faults.push(`a connection ended with ${end}`)
  }
}

async function askOver(connection: Connection, witness: Witness): Promise<void> {
  try {
    for (;;) {
      if (!connection.isOpen) return
      const { status, head } = await connection.send(get('/hello', KEY))
      if (status === 200 || status === 503) witness.answered++
      else witness.faults.push(`a request was answered ${status}`)
      if (head.includes('\r\nconnection: close')) return
      await sleep(Math.random() * 30)
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    witness.faults.push(`a request was not answered: ${error.message}`)
  }
}

/** Bytes of a body that are sent at once. */
const PIECE = 1_000

/** A client that takes about a second to send a body. */
export async function uploadSlowly(port: number, witness: Witness): Promise<void> {
  const connection = await Connection.open(port)
  const body = JSON.stringify({ text: 'x'.repeat(10_000) })
  const head = [
    'POST /upload HTTP/1.1',
    'Host: soak',
    `X-API-Key: ${KEY}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  connection.write(`${head.join('\r\n')}\r\n\r\n`)
  for (let at = 0; at < body.length - PIECE; at += PIECE) {
    connection.write(body.slice(at, at + PIECE))
    await sleep(100)
  }
  try {
    const { status, body: text } = await connection.send(
      body.slice(PIECE * Math.floor((body.length - 1) / PIECE)),
    )
    if (status === 200 && text === '{"characters":10000}') witness.answered++
    else witness.faults.push(`an upload was answered ${status} ${text}`)
  } catch (error) {
    witness.faults.push(`an upload was not answered: ${(error as Error).message}`)
  }
  const end = await connection.ended
  if (end !== 'closed') witness.faults.push(`the connection of an upload ended with ${end}`)
}

/** A client that reads events until they end. */
export function readEvents(port: number, witness: Witness): Promise<void> {
  return new Promise((resolve) => {
    let text = ''
    let fault = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(get('/events?size=10', KEY)))
    socket.setEncoding('utf8').on('data', (more: string) => {
      if (text === '') witness.begun++
      text += more
    })
    socket.on('error', (error: NodeJS.ErrnoException) => (fault = error.code ?? error.message))
    socket.on('close', () => {
      const isWhole = /\nevent: close\n/.test(text) && text.endsWith('0\r\n\r\n')
      if (fault || !isWhole)
        witness.faults.push(`a stream ended ${fault} with ${JSON.stringify(text.slice(-120))}`)
      else witness.answered++
      resolve()
    })
  })
}
