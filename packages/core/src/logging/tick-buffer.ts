import type { DestinationStream } from 'pino'

/** Bytes that wait for the end of the turn at most. */
const SIZE = 65_536

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

/** Takes lines and writes them later. */
export interface TickBuffered extends Required<LineStream> {
  /** Writes what it has. pino calls it after a fatal line. */
  readonly flushSync: () => void
  /** Writes what it has, and from now on each line at once: the process ends, and no other turn comes. */
  readonly end: () => void
}

/**
 * Collects the lines of one turn of the event loop and writes them together: a system call for many lines, where each would
 * have one.
 *
 * @param write - Must have written the bytes, or copied them, when it returns: the next ones take their place. When it throws it
 * may keep them.
 */
export function tickBuffered(write: (lines: Buffer) => void): TickBuffered {
  let bytes = Buffer.allocUnsafeSlow(SIZE)
  let end = 0
  let text = ''
  let isAscii = true
  let isWaiting = false
  let isEnding = false
  const flush = (): void => {
    if (!isWaiting) return
    isWaiting = false
    toBytes()
    writeBytes()
  }
  const toBytes = (): void => {
    const encoding = isAscii ? 'latin1' : 'utf8'
    const size = isAscii ? text.length : text.length * WIDEST
    if (size > SIZE - end) writeBytes()
    if (size <= SIZE) end += bytes.write(text, end, encoding)
    else write(Buffer.from(text, encoding))
    text = ''
    isAscii = true
  }
  const writeBytes = (): void => {
    const size = end
    end = 0
    if (size === 0) return
    try {
      write(bytes.subarray(0, size))
    } catch (error) {
      // It may try again later, with what it was given.
      bytes = Buffer.allocUnsafeSlow(SIZE)
      throw error
    }
  }
  const writeAscii = (line: string): void => {
    if (!isWaiting) {
      isWaiting = true
      setImmediate(flush)
    }
    text += line
    if (isEnding) flush()
    else if (text.length >= PIECE) toBytes()
  }
  return {
    writeAscii,
    write(line) {
      isAscii = false
      writeAscii(line)
    },
    flushSync: flush,
    end() {
      isEnding = true
      flush()
    },
  }
}
