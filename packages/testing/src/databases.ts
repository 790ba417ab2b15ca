import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

/** Kinds of databases that tests run over: `describe.each(DATABASES)('on %s', (kind) => …)`. */
export const DATABASES = ['memory', 'file', 'postgres'] as const

/** A kind of database. */
export type DatabaseKind = (typeof DATABASES)[number]

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the PostgreSQL server that the whole run shares. */
    postgres: string
  }
}

/**
 * URL of an empty database, which is gone when the test ends. On PostgreSQL it is a schema of its own in the database that
 * the whole run shares.
 */
export async function databaseUrl(kind: DatabaseKind): Promise<string> {
  if (kind === 'memory') return 'sqlite::memory:'
  if (kind === 'file') return `sqlite:${join(temporaryFolder(), 'test.db')}`
  return postgresUrl()
}

async function postgresUrl(): Promise<string> {
  const server = inject('postgres')
  const schema = `test_${randomBytes(8).toString('hex')}`
  await execute(server, `create schema ${schema}`)
  // A connection that the test has left open would hold it up for ever.
  onTestFinished(() => execute(server, `set lock_timeout = '10s'; drop schema ${schema} cascade`))
  const url = new URL(server)
  url.searchParams.set('options', `-c search_path=${schema}`)
  return url.href
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
