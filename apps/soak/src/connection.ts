import { connect, type Socket } from 'node:net'

/** An answer that arrived whole. */
export interface Answer {
  readonly status: number
  /** Names in lower case, as one text of lines. */
  readonly head: string
  readonly body: string
}

/** How a connection ended: the server closed it, or there was a reset (ECONNRESET, EPIPE, …). */
export type End = 'closed' | (string & {})

/** The connection ended before the answer was there. */
export class Unanswered extends Error {}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** A connection of raw bytes that is kept: a request may be sent before the one before it is answered. */
export class Connection {
  readonly ended: Promise<End>
  readonly #socket: Socket
  readonly #waiting: Waiting[] = []
  #received = ''
  #end: End | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    let reason: End = 'closed'
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end = reason
        const left =
          this.#received === '' ? 'nothing' : `only ${JSON.stringify(this.#received.slice(0, 200))}`
        for (const { reject } of this.#waiting.splice(0)) reject(new Unanswered(`${reason}, ${left} came`))
        resolve(reason)
      })
    })
    socket.setNoDelay().setEncoding('latin1')
    socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? error.message))
    socket.on('data', (text: string) => {
      this.#received += text
      this.#deliver()
    })
  }

  /** @throws when the connection is refused. */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  get isOpen(): boolean {
    return this.#end === undefined && this.#socket.writable
  }

  /**
   * Sends a request, or the rest of one, and waits for the next answer.
   *
   * @throws Unanswered when the connection ends before it is there.
   */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) reject(new Unanswered(`${this.#end} before it was sent`))
      else {
        this.#waiting.push({ resolve, reject })
        this.#socket.write(request, 'latin1')
      }
    })
  }

  /** Sends bytes after which no answer comes yet. */
  write(bytes: string): void {
    this.#socket.write(bytes, 'latin1')
  }

  close(): void {
    this.#socket.destroy()
  }

  #deliver(): void {
    let at = 0
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n', at)
      if (end < 0) break
      const head = this.#received.slice(at, end).toLowerCase()
      const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0)
      const next = end + 4 + length
      if (this.#received.length < next) break
      const answer = { status: Number(head.slice(9, 12)), head, body: this.#received.slice(end + 4, next) }
      at = next
      this.#waiting.shift()?.resolve(answer)
    }
    if (at > 0) this.#received = this.#received.slice(at)
  }
}

/** The bytes of a GET with a key. */
export function get(path: string, key: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: soak\r\nX-API-Key: ${key}\r\n\r\n`
}
