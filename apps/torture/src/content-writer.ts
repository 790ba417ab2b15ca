import type { Books, Entry } from './books.ts'
import { type Client, quote } from './client.ts'
import { artifacts, documentOf, type Item } from './collections.ts'
import type { Random } from './random.ts'
import type { WritesOne } from './writer.ts'

/** How many artifacts a writer of contents has. */
const ENOUGH = 10

/** Writes and removes the binary content of artifacts of its own, and keeps the books of the contents. */
export class ContentWriter implements WritesOne {
  readonly #client: Client
  readonly #books: Books
  readonly #random: Random
  readonly #own: Entry[] = []
  #serial = 0

  constructor(client: Client, books: Books, random: Random) {
    this.#client = client
    this.#books = books
    this.#random = random
  }

  /** Makes the artifacts, which have no content yet; they stay as they are, in books of their own. */
  async prepare(name: string, artifactBooks: Books): Promise<void> {
    for (let number = 0; number < ENOUGH; number++) {
      const key = `${name}-${number}`
      const body = artifacts.body(documentOf(key, 0))
      const { id } = await this.#client.ask<Item>(201, 'POST', artifacts.path, body)
      Object.assign(artifactBooks.open(key), { id, serial: 0 })
      this.#own.push(Object.assign(this.#books.open(key), { id }))
    }
  }

  async writeOne(): Promise<void> {
    const entry = this.#random.pick(this.#own)
    if (!entry) throw new Error('There are no artifacts.')
    const removes = entry.serial !== undefined && this.#random.chance(20)
    const serial = removes ? undefined : ++this.#serial
    entry.pending = { serial }
    const path = `${artifacts.path}/${entry.id}/$content`
    const answer =
      serial === undefined
        ? await this.#client.send('DELETE', path)
        : await this.#client.send('PUT', path, Buffer.from(documentOf(entry.key, serial).text))
    if (answer.status !== (removes ? 204 : 200)) throw new Error(`Content of ${entry.key}: ${quote(answer)}`)
    this.#books.acknowledge(entry)
  }
}
