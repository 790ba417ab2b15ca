import { type EventFields, fieldsText, LinePart, quote } from './fields-text.ts'

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
  #part: LinePart | undefined

  /** @param name - What happened: `auth.success`. */
  constructor(level: 'info' | 'warn', name: string, fields: EventFields = {}) {
    this.level = level
    this.name = name
    this.fields = fields
  }

  /** Its fields and its name as they end a line of JSON. */
  get text(): string {
    this.#part ??= new LinePart(`${fieldsText(this.fields)},"event":${quote(this.name)}}\n`)
    return this.#part.text
  }
}
