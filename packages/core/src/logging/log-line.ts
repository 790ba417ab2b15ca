import type { FastifyBaseLogger } from 'fastify'
import { type DestinationStream, type Logger, symbols } from 'pino'

/** Fields of an event, in their order; those that are undefined are left out. */
export type EventFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Writes a line. `head` is the beginning of its fields, as `fieldsText` makes it. */
export type LineWriter = (level: 'info' | 'warn', head: string, fields: EventFields, event: string) => void

/** What would make the logger do more with a line than `lineWriter` does. */
const SPECIAL = [symbols.mixinSym, symbols.nestedKeySym, 'msgPrefix'] as const

/**
 * Writes the lines that the logger would write, without what it does for lines of any shape. Undefined where logger or
 * destination want more than that.
 */
export function lineWriter(logger: FastifyBaseLogger): LineWriter | undefined {
  const root = logger as Logger & Record<string | symbol, unknown>
  const stream = root[symbols.streamSym] as (DestinationStream & Record<symbol, unknown>) | undefined
  const isSpecial = SPECIAL.some((special) => root[special] !== undefined && root[special] !== null)
  // An instance that logs nothing has a logger that is not pino's.
  if (!stream || isSpecial || stream[symbols.needsMetadataGsym] === true) return undefined

  const starts = root[symbols.lsCacheSym] as Readonly<Record<number, string>>
  const timestamp = root[symbols.timeSym] as () => string
  const bindings = root[symbols.chindingsSym] as string
  const { values } = root.levels
  return (level, head, fields, event) => {
    const value = values[level] as number
    if (value < root.levelVal) return
    const start = (starts[value] as string) + timestamp() + bindings + head
    stream.write(`${start}${fieldsText(fields)},"event":${quote(event)}}\n`)
  }
}

/** The fields as they stand in a line of JSON after others. */
export function fieldsText(fields: EventFields): string {
  let text = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined)
      text += `,"${name}":${typeof value === 'string' ? quote(value) : JSON.stringify(value)}`
  }
  return text
}

/** Printable ASCII that stands in a JSON string as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
