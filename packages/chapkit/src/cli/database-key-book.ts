import { createUlid, type Database, openDatabase, parseDatabaseUrl, parseUlid } from '@chapkit/data'
import { KeyTable, type StoredKey, toSettings } from '@chapkit/key-store'
import { CommandFailure, failureText, withoutPassword } from './failure.ts'
import type { BookedKey, KeyBook } from './key-book.ts'

const HASH = 'sha256:'

/**
 * Keys in a database, whose tables are made where they are missing. Services that use it learn of each change. Whoever has
 * the database may take the last key away that may manage keys: here another one can be made.
 *
 * @throws CommandFailure when the URL or the database cannot be used.
 */
export async function databaseKeyBook(url: string): Promise<KeyBook> {
  const target = parseDatabaseUrl(url, '--database')
  if (target.dialect === 'sqlite' && target.file === ':memory:') {
    throw new CommandFailure(
      '--database: a database in memory is gone when the command ends; name a file or a server.',
    )
  }
  const database = await openDatabase(url)
  const told = <T>(work: () => Promise<T>) => tellingFailures(url, work)
  try {
    const table = new KeyTable(database)
    await told(() => table.migrate())
    return bookOf(database, table, told)
  } catch (error) {
    await database.close()
    throw error
  }
}

function bookOf(
  database: Database,
  table: KeyTable,
  told: <T>(work: () => Promise<T>) => Promise<T>,
): KeyBook {
  const change = <T>(work: () => Promise<T>) => told(() => table.change(work))
  const insert = async (key: BookedKey) => {
    if ((await table.insert(toStoredKey(key))) === 'stored') return
    throw new CommandFailure(`--id: there is a key '${key.id}' already. Take another id.`)
  }
  return {
    place: 'the database',
    list: () => told(async () => (await table.list()).map(toBookedKey)),
    add: (key) => change(() => insert(key)),
    rotate: (id, until, replacement) =>
      change(async () => {
        const old = await find(table, id)
        if (old.revokedAt) throw new CommandFailure(`'${id}' was revoked, and stays so; make a new key.`)
        await insert(replacement(toBookedKey(old)))
        await table.end(old, new Date(until))
      }),
    revoke: (id) =>
      change(async () => {
        await table.revoke(await find(table, id))
      }),
    close: () => database.close(),
  }
}

async function find(table: KeyTable, id: string): Promise<StoredKey> {
  const found = isUlid(id) ? await table.findById(parseUlid(id), { lock: true }) : undefined
  if (found) return found
  throw new CommandFailure(
    'There is no key with this id in the database; `chapkit keys list --database URL` lists the ids.',
  )
}

function toStoredKey({ id, hash, prefix = '***', ...details }: BookedKey): StoredKey {
  if (!isUlid(id)) {
    throw new CommandFailure('--id: ids in a database are ULIDs; leave it out, and the key gets one.')
  }
  const now = new Date()
  return {
    ...toSettings(details),
    id: parseUlid(id),
    version: createUlid(),
    createdAt: now,
    updatedAt: now,
    digest: hash.slice(HASH.length).toLowerCase(),
    prefix,
  }
}

function toBookedKey(key: StoredKey): BookedKey {
  const { id, name, scopes, rateLimit, allowFrom, digest, prefix, expiresAt, notBefore, revokedAt } = key
  return {
    id,
    name,
    scopes,
    rateLimit,
    allowFrom,
    hash: HASH + digest,
    prefix,
    expiresAt: expiresAt?.getTime(),
    notBefore: notBefore?.getTime(),
    revoked: revokedAt !== undefined,
  }
}

function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text)
}

async function tellingFailures<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new CommandFailure(withoutPassword(failureText(error), url), { cause: error })
  }
}
