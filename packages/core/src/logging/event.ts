import { type EventFields, fieldsText, inOnePiece, quote } from './fields-text.ts'

/**
 * An event of the framework. Its fields hold no secret, or had it taken out; so its line, of which a busy service writes some
 * each request, is not searched for one, unless somebody put another logger in place or bound more to it.
 *
 * Make one that is the same in many requests once: it keeps the text of its fields.
 */
export class LogEvent {
  readonly level: 'info' | 'warn'
  readonly name: string
  readonly fields: EventFields
  #text: string | undefined
  /** Whether more than one request has asked for the text. */
  #isShared = false

  /** @param name - What happened: `auth.success`. */
  constructor(level: 'info' | 'warn', name: string, fields: EventFields = {}) {
    this.level = level
    this.name = name
    this.fields = fields
  }

  /** Its fields and its name as they end a line of JSON. */
  get text(): string {
    if (this.#text === undefined) this.#text = `${fieldsText(this.fields)},"event":${quote(this.name)}}\n`
    else if (!this.#isShared) {
      this.#text = inOnePiece(this.#text)
      this.#isShared = true
    }
    return this.#text
  }
}
