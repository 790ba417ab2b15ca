import type { FastifyBaseLogger } from 'fastify'
import { type Logger, symbols } from 'pino'
import { inOnePiece } from './fields-text.ts'
import type { LineStream } from './tick-buffer.ts'

/** Writes lines. */
export interface LineWriter {
  /** Whether lines of the level are written at all. */
  isOn(level: 'info' | 'warn'): boolean
  /**
   * Writes a line, of which all is ASCII.
   *
   * @param head - The request's id, as it stands in a string of JSON, and what comes after it: `01J…","a":1`
   * @param end - The other fields, to the end of the line: `,"b":2}\n`
   */
  write(level: 'info' | 'warn', head: string, end: string): void
}

/** What would make the logger do more with a line than `lineWriter` does. */
const SPECIAL = [symbols.mixinSym, symbols.nestedKeySym, 'msgPrefix'] as const

/**
 * Writes the lines that the logger would write, without what it does for lines of any shape. Undefined where logger or
 * destination want more than that.
 */
export function lineWriter(logger: FastifyBaseLogger): LineWriter | undefined {
  const root = logger as Logger & Record<string | symbol, unknown>
  const stream = root[symbols.streamSym] as (LineStream & Record<symbol, unknown>) | undefined
  const isSpecial = SPECIAL.some((special) => root[special] !== undefined && root[special] !== null)
  // An instance that logs nothing has a logger that is not pino's.
  if (!stream || isSpecial || stream[symbols.needsMetadataGsym] === true) return undefined

  const starts = root[symbols.lsCacheSym] as Readonly<Record<number, string>>
  const timestamp = root[symbols.timeSym] as () => string
  const bindings = root[symbols.chindingsSym] as string
  const write = stream.writeAscii ?? ((line: string) => stream.write(line))
  const { info, warn } = root.levels.values as { info: number; warn: number }
  const starter = (level: number) => startOf(starts[level] as string, bindings)
  const starting = { info: starter(info), warn: starter(warn) }
  return {
    isOn: (level) => (level === 'info' ? info : warn) >= (root[symbols.levelValSym] as number),
    write(level, head, end) {
      write(starting[level](timestamp()) + head + end)
    },
  }
}

/** Makes the function that gives the start of a line of one level, up to the request's id. It is the same for a millisecond. */
function startOf(start: string, bindings: string): (timestamp: string) => string {
  let last: string | undefined
  let text = ''
  return (timestamp) => {
    if (timestamp !== last) {
      last = timestamp
      text = inOnePiece(`${start}${timestamp}${bindings},"request_id":"`)
    }
    return text
  }
}
