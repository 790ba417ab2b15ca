import type { DestinationStream } from 'pino'

/** Bytes that are written at once, without waiting for the end of the turn. */
const MAX_BUFFERED = 65_536

/**
 * Characters that are turned into bytes together. Until then they are many small strings, each of which a collection of garbage
 * has to move; bytes are not in its heap.
 */
const PIECE = 4_096

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
  let pieces: Buffer[] = []
  let size = 0
  let text = ''
  let isAscii = true
  let isWaiting = false
  const flush = (): void => {
    if (!isWaiting) return
    isWaiting = false
    process.off('exit', flush)
    toBytes()
    const lines = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)
    pieces = []
    size = 0
    write(lines)
  }
  const toBytes = (): void => {
    const piece = Buffer.from(text, isAscii ? 'latin1' : 'utf8')
    pieces.push(piece)
    size += piece.length
    text = ''
    isAscii = true
  }
  const writeAscii = (line: string): void => {
    if (!isWaiting) {
      isWaiting = true
      setImmediate(flush)
      process.on('exit', flush)
    }
    text += line
    if (text.length >= PIECE) toBytes()
    if (size + text.length > MAX_BUFFERED) flush()
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
