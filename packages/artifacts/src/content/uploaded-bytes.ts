import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Problem } from '@chapkit/core'
import type { FastifyRequest } from 'fastify'
import type { ContentSource } from './content.ts'
import { type FreeMemory, memoryFreer } from './free-memory.ts'

/** Bytes that must have come each time that the time limit is over. */
const PROGRESS = 65_536

/**
 * The body of a request, piece by piece and to its end. Large content takes longer than a body may; instead of the whole,
 * each stretch of 64 KiB has that time.
 *
 * @param limitMs - Time limit of a body, in milliseconds; 0 for none.
 * @throws Problem timeout (408) when the client is too slow, or bad-request (400) when it goes before its body has come.
 */
export async function* uploadedBytes({ raw, headers }: FastifyRequest, limitMs: number): ContentSource {
  const pause = new Pause(limitMs)
  // Not `for await`, which would destroy the connection when it is broken off, and the answer with it.
  const chunks = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const free = freerFor(raw)
  let size = 0
  let counted = 0
  try {
    for (;;) {
      const { done, value } = await pause.limit(chunks.next())
      if (done === true) break
      size += value.byteLength
      if (size - counted >= PROGRESS) {
        counted = size
        pause.restart()
      }
      yield value
      // Whoever takes the pieces has written or copied this one by now.
      free(value)
    }
  } catch (error) {
    throw error instanceof Problem ? error : incomplete(error)
  } finally {
    pause.end()
  }
  const { 'content-length': length } = headers
  if (raw.aborted || (length !== undefined && size !== Number(length))) throw incomplete()
}

/** HTTP/1 from a socket copies each piece into memory of its own. Others may give pieces of what they need, as `inject()` does. */
function freerFor({ socket, httpVersionMajor }: IncomingMessage): FreeMemory {
  return httpVersionMajor === 1 && socket instanceof Socket ? memoryFreer() : () => undefined
}

/** A time limit for something that makes progress. */
class Pause {
  readonly #ms: number
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #expire: () => void = () => undefined

  constructor(ms: number) {
    this.#ms = ms
    this.restart()
  }

  /** Each step gets a promise of its own: one for all of them would keep what every step gave. */
  limit<T>(step: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#expire = () => reject(new Problem('timeout', 'The content did not arrive in time.'))
      if (this.#isOver) this.#expire()
      step.then(resolve, reject)
    })
  }

  restart(): void {
    this.end()
    if (this.#ms === 0) return
    this.#timer = setTimeout(() => {
      this.#isOver = true
      this.#expire()
    }, this.#ms)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

function incomplete(cause?: unknown): Problem {
  return new Problem('bad-request', 'The request ended before all of its body had come.', { cause })
}
