import type { DestinationStream } from 'pino'

/** Characters that are written at once, without waiting for the end of the tick. */
const MAX_BUFFERED = 65_536

/**
 * Collects the lines of one turn of the event loop and writes them together: a system call for many lines, where each would
 * have one. A process that ends, by itself or by an error that nobody caught, writes what it has first.
 */
export function tickBuffered(destination: DestinationStream): DestinationStream & { flushSync(): void } {
  let buffered = ''
  const flush = (): void => {
    if (buffered === '') return
    const lines = buffered
    buffered = ''
    process.off('exit', flush)
    destination.write(lines)
  }
  return {
    write(line) {
      if (buffered === '') {
        setImmediate(flush)
        process.on('exit', flush)
      }
      buffered += line
      if (buffered.length > MAX_BUFFERED) flush()
    },
    // pino calls it after a fatal line.
    flushSync: flush,
  }
}
