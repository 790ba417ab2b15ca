import type { DestinationStream } from 'pino'

/** Bytes that are allocated together, and at most wait for the end of the turn. */
const POOL = 65_536

/**
 * Characters that are turned into bytes together. Until then they are many small strings, each of which a collection of garbage
 * has to move; bytes are not in its heap.
 */
const PIECE = 4_096

/** Bytes that a character takes at most in UTF-8, of those of UTF-16. */
const WIDEST = 3

/** Takes lines. */
export interface LineStream extends DestinationStream {
  /** Takes a line of which is known that it is ASCII, which is turned into bytes at a quarter of the cost. */
  readonly writeAscii?: (line: string) => void
}

/**
 * Collects the lines of one turn of the event loop and writes them together: a system call for many lines, where each would
 * have one. A process that ends, by itself or by an error that nobody caught, writes what it has first.
 */
export function tickBuffered(write: (lines: Buffer) => void): Required<LineStream> & { flushSync(): void } {
  let pool = Buffer.allocUnsafeSlow(POOL)
  let start = 0
  let end = 0
  let text = ''
  let isAscii = true
  let isWaiting = false
  const flush = (): void => {
    if (!isWaiting) return
    isWaiting = false
    process.off('exit', flush)
    toBytes()
    writeBytes()
  }
  const toBytes = (): void => {
    const encoding = isAscii ? 'latin1' : 'utf8'
    const size = isAscii ? text.length : text.length * WIDEST
    if (size > pool.length - end) {
      writeBytes()
      // Who took the bytes may keep them: they are not written over.
      pool = Buffer.allocUnsafeSlow(POOL)
      start = end = 0
    }
    if (size <= pool.length) end += pool.write(text, end, encoding)
    else write(Buffer.from(text, encoding))
    text = ''
    isAscii = true
  }
  const writeBytes = (): void => {
    if (end === start) return
    write(pool.subarray(start, end))
    start = end
  }
  const writeAscii = (line: string): void => {
    if (!isWaiting) {
      isWaiting = true
      setImmediate(flush)
      process.on('exit', flush)
    }
    text += line
    if (text.length >= PIECE) toBytes()
  }
  return {
    writeAscii,
    write(line) {
      isAscii = false
      writeAscii(line)
    },
    // pino calls it after a fatal line.
    flushSync: flush,
  }
}
