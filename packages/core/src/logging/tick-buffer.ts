import type { DestinationStream } from 'pino'

/** Characters that are written at once, without waiting for the end of the tick. */
const MAX_BUFFERED = 65_536

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
  let buffered = ''
  let isAscii = true
  const flush = (): void => {
    if (buffered === '') return
    const lines = Buffer.from(buffered, isAscii ? 'latin1' : 'utf8')
    buffered = ''
    isAscii = true
    process.off('exit', flush)
    write(lines)
  }
  const writeAscii = (line: string): void => {
    if (buffered === '') {
      setImmediate(flush)
      process.on('exit', flush)
    }
    buffered += line
    if (buffered.length > MAX_BUFFERED) flush()
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
