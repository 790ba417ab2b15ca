import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { OpenStream } from './kernel/open-stream.ts'

/** What an event stream needs to notice a client that reads no more. */
export interface StallOptions {
  readonly socket: Socket
  /** Milliseconds. */
  readonly stallTimeout: number
}

/** Documents of a source as server-sent events (HTML Living Standard, section 9.2), as fast as the client takes them. */
export class EventStream extends Readable implements OpenStream {
  readonly request: FastifyRequest
  readonly #documents: AsyncIterator<unknown>
  readonly #ended = new AbortController()
  readonly #stall: StallOptions
  #taken = 0
  #watch: NodeJS.Timeout | undefined

  constructor(
    request: FastifyRequest,
    source: (signal: AbortSignal) => AsyncIterable<unknown>,
    stall: StallOptions,
  ) {
    super()
    this.request = request
    this.#documents = source(this.#ended.signal)[Symbol.asyncIterator]()
    this.#stall = stall
  }

  end(reason: string): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    this.push(`event: close\ndata: ${JSON.stringify({ reason })}\n\n`)
    this.push(null)
  }

  override _read(): void {
    clearTimeout(this.#watch)
    void this.#pull()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#watch)
    this.#ended.abort()
    void this.#leaveSource()
    done(error)
  }

  async #pull(): Promise<void> {
    try {
      const { value, done } = await this.#documents.next()
      // The source may answer once more after its end was told to the client.
      if (this.#ended.signal.aborted) return
      if (done) this.push(null)
      else if (!this.push(`data: ${JSON.stringify(value)}\n\n`)) this.#watchReader()
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  async #leaveSource(): Promise<void> {
    try {
      await this.#documents.return?.()
    } catch {
      // What a source throws while it ends concerns nobody any more.
    }
  }

  /** Else a client that reads nothing would hold its connection, and what waits for it, for ever. */
  #watchReader(): void {
    const { socket, stallTimeout } = this.#stall
    this.#taken = socket.bytesWritten
    this.#watch = setTimeout(() => {
      if (socket.bytesWritten === this.#taken) socket.destroy()
      else this.#watchReader()
    }, stallTimeout).unref()
  }
}
