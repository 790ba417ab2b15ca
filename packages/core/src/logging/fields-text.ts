/** Fields of an event, in their order; those that are undefined are left out. */
export type EventFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The fields as they stand in a line of JSON after others: ASCII. */
export function fieldsText(fields: EventFields): string {
  let text = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) text += `,"${name}":${jsonOf(value)}`
  }
  return text
}

function jsonOf(value: string | number | boolean | null): string {
  if (typeof value === 'string') return quote(value)
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value)
}

/**
 * An ASCII text that is a part of many lines, in one piece: what V8 makes of `a + b` is a note to put them together later, which
 * it would do anew for each line.
 */
export function inOnePiece(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Printable ASCII that stands in a JSON string as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

const NOT_ASCII = /[^\0-\x7f]/g

/** The text as a string of JSON, in ASCII: `"caf\u00e9"`. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text).replace(NOT_ASCII, escaped)
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
