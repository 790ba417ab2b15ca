import { join } from 'node:path'
import { type Database, type DatabaseOptions, openDatabase } from '@chapkit/data'
import { type DatabaseKind, databaseUrl, temporaryFolder } from '@chapkit/testing'
import { sql } from 'kysely'
import { onTestFinished } from 'vitest'

/** Opens a database that is closed when the test ends. */
export async function open(url?: string, options?: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(url, options)
  onTestFinished(() => database.close())
  return database
}

/** Opens an empty database of a kind; it is closed when the test ends. */
export async function openKind(kind: DatabaseKind, options?: DatabaseOptions): Promise<Database> {
  return open(await databaseUrl(kind), options)
}

/** URL of a file that is not there yet, in a folder that is gone when the test ends. */
export function temporaryUrl(): string {
  return `sqlite:${join(temporaryFolder(), 'x.db')}`
}

/** A table to try things with. */
export type Tables = {
  accounts: { name: string; balance: number }
}

/** Makes that table. */
export async function withAccounts({ kysely }: Database) {
  await sql`create table accounts (name varchar(200) primary key, balance integer not null)`.execute(kysely)
  return kysely.withTables<Tables>()
}

/** What something throws. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: unknown) => error,
  )
}

/** A promise, and what resolves it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}
