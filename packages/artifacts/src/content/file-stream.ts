import type { FileHandle } from 'node:fs/promises'
import { ServerResponse } from 'node:http'
import { Readable, type Writable } from 'node:stream'
import type { ByteRange } from './byte-range.ts'

const BLOCK = 262_144

/**
 * Bytes of a file. Piped to an answer, it uses the same two blocks of memory over and over: one is read while the other is
 * sent. An ordinary stream makes a new one each time, of which the garbage collection lets some 64 MiB come together. It closes
 * the file, at its end or when it is destroyed.
 */
export class FileStream extends Readable {
  readonly #file: FileHandle
  readonly #end: number
  #position: number

  constructor(file: FileHandle, { start, end }: ByteRange) {
    super({ highWaterMark: BLOCK })
    this.#file = file
    this.#position = start
    this.#end = end + 1
  }

  override _read(): void {
    this.#next(Buffer.allocUnsafeSlow(BLOCK)).then(
      (bytes) => this.push(bytes.byteLength === 0 ? null : bytes),
      (error: Error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void closeAndTell(this.#file, error, done)
  }

  override pipe<Target extends NodeJS.WritableStream>(target: Target, options?: { end?: boolean }): Target {
    if (!(target instanceof ServerResponse)) return super.pipe(target, options)
    this.#sendTo(target).catch((error: Error) => this.destroy(error))
    return target
  }

  async #sendTo(target: Writable): Promise<void> {
    let [current, other] = [Buffer.allocUnsafeSlow(BLOCK), Buffer.allocUnsafeSlow(BLOCK)]
    let bytes = await this.#next(current)
    while (bytes.byteLength > 0) {
      const [next] = await Promise.all([this.#next(other), written(target, bytes)])
      ;[current, other] = [other, current]
      bytes = next
    }
    target.end()
    // Whoever waits for the end of this stream is told, too.
    this.push(null)
    this.resume()
  }

  /** The next bytes, in the given block; none at the end. */
  async #next(block: Buffer): Promise<Buffer> {
    const length = Math.min(block.byteLength, this.#end - this.#position)
    if (length === 0) return block.subarray(0, 0)
    const { bytesRead } = await this.#file.read(block, 0, length, this.#position)
    if (bytesRead === 0) throw new Error('The file is shorter than the content that it keeps.')
    this.#position += bytesRead
    return block.subarray(0, bytesRead)
  }
}

/** Waits until the bytes have left: their memory may be used again then. */
function written(target: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

async function closeAndTell(
  file: FileHandle,
  error: Error | null,
  done: (error?: Error | null) => void,
): Promise<void> {
  let failure = error
  try {
    await file.close()
  } catch (closing) {
    failure ??= closing as Error
  }
  done(failure)
}
