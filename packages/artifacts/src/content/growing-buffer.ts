const FIRST_CAPACITY = 16_384

/** Bytes put together. They are copied, since a small piece of a request may keep a large buffer alive. */
export class GrowingBuffer {
  #buffer = Buffer.alloc(0)
  #length = 0

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.byteLength
    if (length > this.#buffer.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#buffer.byteLength, FIRST_CAPACITY))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#buffer.set(bytes, this.#length)
    this.#length = length
  }

  /** Gives all bytes, and is empty then. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length)
    this.#buffer = Buffer.alloc(0)
    this.#length = 0
    return bytes
  }
}
