import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ByteRange } from './byte-range.ts'
import type { Content } from './content.ts'
import { FileStream } from './file-stream.ts'

/** Content that can be read, whatever happens to the artifact meanwhile. Read it, or close it. */
export class OpenContent {
  readonly content: Content
  readonly #source: Uint8Array | FileHandle

  constructor(content: Content, source: Uint8Array | FileHandle) {
    this.content = content
    this.#source = source
  }

  /**
   * Its bytes, or a part of them, which is not empty. The stream closes the file, at its end or when it is destroyed.
   */
  read(range?: ByteRange): Readable {
    const source = this.#source
    if (!(source instanceof Uint8Array)) {
      return new FileStream(source, range ?? { start: 0, end: this.content.size - 1 })
    }
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    const part = range ? bytes.subarray(range.start, range.end + 1) : bytes
    return Readable.from(part.byteLength === 0 ? [] : [part], { objectMode: false })
  }

  /** Closes it unread. */
  async close(): Promise<void> {
    if (!(this.#source instanceof Uint8Array)) await this.#source.close()
  }
}
