import { randomUUID } from 'node:crypto'
import { createUlid } from '@chapkit/data'
import type { Books, Entry } from './books.ts'
import { type Answer, type Client, ConnectionLost, quote } from './client.ts'
import { type Collection, documentOf, type Item } from './collections.ts'
import type { Random } from './random.ts'

/** The service says that it cannot, now (503): nobody knows what became of the write. */
export class Refused extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(quote(answer))
    this.answer = answer
  }
}

/** Somebody who writes, one request at a time. */
export interface WritesOne {
  writeOne(): Promise<void>
}

/** Writes until `stopped`, or until the connection is lost; `written` is called after each acknowledged write. */
export async function writeUntil(
  writer: WritesOne,
  stopped: () => boolean,
  written: () => void,
): Promise<void> {
  try {
    while (!stopped()) {
      await writer.writeOne()
      written()
    }
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
  }
}

/** How many resources a writer keeps before it only replaces and deletes. */
const ENOUGH = 30

/** Creates, replaces and deletes resources of its own, and keeps the books. */
export class Writer implements WritesOne {
  readonly #name: string
  readonly #client: Client
  readonly #collection: Collection
  readonly #books: Books
  readonly #random: Random
  readonly #own: Entry[] = []
  #serial = 0

  constructor(name: string, client: Client, collection: Collection, books: Books, random: Random) {
    this.#name = name
    this.#client = client
    this.#collection = collection
    this.#books = books
    this.#random = random
  }

  /** Ends when the write is acknowledged; what is pending is left alone. */
  writeOne(): Promise<void> {
    const there = this.#own.filter(({ serial, pending }) => serial !== undefined && !pending)
    const entry = this.#random.pick(there)
    if (!entry || (there.length < ENOUGH && this.#random.chance(30))) return this.#create()
    return this.#random.chance(25) ? this.#delete(entry) : this.#replace(entry)
  }

  async #create(): Promise<void> {
    const entry = this.#books.open(`${this.#name}-${this.#own.length}`)
    this.#own.push(entry)
    const serial = ++this.#serial
    const body = this.#collection.body(documentOf(entry.key, serial))
    if (this.#random.chance(30)) body['id'] = entry.id = createUlid()
    const key = this.#random.chance(50) ? randomUUID() : undefined
    entry.pending = { serial, ...(key !== undefined && { repeat: { body, key } }) }
    const answer = await this.#send(
      201,
      'POST',
      '',
      body,
      key === undefined ? {} : { 'idempotency-key': key },
    )
    entry.id = (JSON.parse(answer.text) as Item).id
    this.#books.acknowledge(entry, answer.headers.etag)
  }

  async #replace(entry: Entry): Promise<void> {
    const serial = ++this.#serial
    entry.pending = { serial }
    const body = this.#collection.body(documentOf(entry.key, serial))
    const answer = await this.#send(200, 'PUT', `/${entry.id}`, body, this.#condition(entry))
    this.#books.acknowledge(entry, answer.headers.etag)
  }

  async #delete(entry: Entry): Promise<void> {
    entry.pending = { serial: undefined }
    await this.#send(204, 'DELETE', `/${entry.id}`, undefined, this.#condition(entry))
    this.#books.acknowledge(entry)
  }

  /** Nobody else writes this resource, so the condition holds. */
  #condition({ etag }: Entry): Record<string, string> {
    return etag !== undefined && this.#random.chance(50) ? { 'if-match': etag } : {}
  }

  async #send(
    expected: number,
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ) {
    const answer = await this.#client.send(method, `${this.#collection.path}${path}`, body, headers)
    if (answer.status === expected) return answer
    if (answer.status === 503) throw new Refused(answer)
    throw new Error(`${this.#name}: ${method} ${path} was answered ${quote(answer)}`)
  }
}
