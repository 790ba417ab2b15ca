import type { Books, Entry } from './books.ts'
import type { Client } from './client.ts'
import { artifacts, type Collection, documentOf, isWhole, type Item } from './collections.ts'

/** What an audit found. */
export interface Audit {
  /** What should not be, in sentences. */
  readonly faults: string[]
  /** Writes that nobody had answered and that are there. */
  readonly happened: number
  /** Writes that nobody had answered and that are not there. */
  readonly vanished: number
  /** Creates with an Idempotency-Key that were sent once more. */
  readonly repeated: number
}

/**
 * Holds the service against the books, while nobody writes: what was acknowledged is there as it was, a write that was not
 * answered is there whole or not at all, and nothing else is there. Afterwards the books say what is there.
 */
export async function audit(client: Client, { path }: Collection, books: Books): Promise<Audit> {
  const faults: string[] = []
  const repeated = await repeatCreates(client, path, books)
  const listed = new Map<string, Item>()
  for (const item of await client.ask<Item[]>(200, 'GET', path)) {
    const { key } = item.data
    if (listed.has(key)) faults.push(`${key} is there twice`)
    if (!books.entries.has(key)) faults.push(`${key} is there, and nobody wrote it`)
    if (!isWhole(item.data)) faults.push(`${key} is there by half`)
    listed.set(key, item)
  }
  let [happened, vanished] = [0, 0]
  for (const entry of books.entries.values()) {
    const found = listed.get(entry.key)
    const outcome = compare(entry, found?.data.serial)
    if (outcome === 'happened') happened++
    if (outcome === 'vanished') vanished++
    if (outcome === 'wrong') faults.push(mismatch(entry, found?.data.serial))
    await settle(client, path, entry, found, faults)
  }
  return { faults, happened, vanished, repeated }
}

/** A client that does not know what became of its POST repeats it: there is one resource afterwards, however it went. */
async function repeatCreates(client: Client, path: string, books: Books): Promise<number> {
  let repeated = 0
  for (const entry of books.entries.values()) {
    const repeat = entry.pending?.repeat
    if (!repeat) continue
    const { id } = await client.ask<Item>(201, 'POST', path, repeat.body, { 'idempotency-key': repeat.key })
    entry.id = id
    books.acknowledge(entry)
    repeated++
  }
  return repeated
}

async function settle(client: Client, path: string, entry: Entry, found: Item | undefined, faults: string[]) {
  entry.serial = found?.data.serial
  entry.pending = undefined
  entry.id ??= found?.id
  if (entry.id === undefined) return
  if (found && found.id !== entry.id) faults.push(`${entry.key} has the id ${found.id}, not ${entry.id}`)
  const answer = await client.send('GET', `${path}/${entry.id}`)
  if (answer.status !== (found ? 200 : 404)) faults.push(`GET of ${entry.key}: ${answer.status}`)
  entry.etag = answer.headers.etag
}

/** What became of an entry, and of the write that is pending for it. */
function compare({ serial, pending }: Entry, found: number | undefined) {
  if (pending && found === pending.serial) return 'happened'
  if (found !== serial) return 'wrong'
  return pending ? 'vanished' : 'kept'
}

function mismatch({ key, serial, pending }: Entry, found: number | undefined): string {
  const instead = pending ? ` or ${pending.serial}` : ''
  return `${key} is ${found}, and should be ${serial}${instead}`
}

/** The same for the contents of artifacts, which are whole or not there. */
export async function auditContents(client: Client, books: Books): Promise<Audit> {
  const faults: string[] = []
  let [happened, vanished] = [0, 0]
  for (const entry of books.entries.values()) {
    const { status, text } = await client.send('GET', `${artifacts.path}/${entry.id}/$download`)
    const [, digits = ''] = /\/(\d+);$/.exec(text) ?? []
    const found = status === 200 ? Number(digits) : undefined
    if (found !== undefined && text !== documentOf(entry.key, found).text) {
      faults.push(`the content of ${entry.key} is there by half`)
    }
    const outcome = compare(entry, found)
    if (outcome === 'happened') happened++
    if (outcome === 'vanished') vanished++
    if (outcome === 'wrong') faults.push(mismatch(entry, found))
    entry.serial = found
    entry.pending = undefined
  }
  return { faults, happened, vanished, repeated: 0 }
}
