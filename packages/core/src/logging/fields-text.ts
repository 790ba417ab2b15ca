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

/** A part of lines: in one piece as soon as it turns out that it is a part of more than one. */
export class LinePart {
  #text: string
  #uses = 0

  /** @param text - ASCII. */
  constructor(text: string) {
    this.#text = text
  }

  get text(): string {
    if (this.#uses < 2) {
      this.#uses++
      if (this.#uses === 2) this.#text = inOnePiece(this.#text)
    }
    return this.#text
  }
}

/** Printable ASCII that stands in a JSON string as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

const NOT_ASCII = /[^\0-\x7f]/g

/** The text as a string of JSON, in ASCII: `"caf\u00e9"`. */
export function quote(text: string): string {
  return `"${unquoted(text)}"`
}

/** What stands between the quotes of a string of JSON. */
export function unquoted(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1).replace(NOT_ASCII, escaped)
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
