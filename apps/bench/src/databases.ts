import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresServer } from '@chapkit/testing'
import { Client } from 'pg'
import type { DatabaseKind } from './contenders.ts'

/** Where a PostgreSQL server usually runs. */
const USUAL = 'postgres://postgres@127.0.0.1:5432/test'

/** Empty databases for servers that are measured. */
export class Databases {
  readonly #folder = mkdtempSync(join(tmpdir(), 'chapkit-bench-'))
  readonly #schemas: string[] = []
  #postgres: string | undefined
  #started: PostgresServer | undefined
  #files = 0

  /** URL of a new database: a file, or a schema of its own. */
  async create(kind: DatabaseKind): Promise<string> {
    if (kind === 'sqlite') return `sqlite:${join(this.#folder, `${++this.#files}.db`)}`
    this.#postgres ??= await this.#findPostgres()
    const schema = `bench_${randomBytes(8).toString('hex')}`
    await execute(this.#postgres, `create schema ${schema}`)
    this.#schemas.push(schema)
    const url = new URL(this.#postgres)
    url.searchParams.set('options', `-c search_path=${schema}`)
    return url.href
  }

  /** Removes them; nobody uses them any more. */
  async remove(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true })
    if (this.#started) await this.#started.remove()
    else if (this.#postgres !== undefined) {
      for (const schema of this.#schemas) await execute(this.#postgres, `drop schema ${schema} cascade`)
    }
  }

  /** The server at CHAPKIT_BENCH_POSTGRES, else the one at the usual place, else one that is started. */
  async #findPostgres(): Promise<string> {
    const given = process.env['CHAPKIT_BENCH_POSTGRES']
    if (given) return given
    if (await answers(USUAL)) return USUAL
    this.#started = await PostgresServer.create()
    await this.#started.start()
    return this.#started.url()
  }
}

async function answers(url: string): Promise<boolean> {
  return execute(url, 'select 1').then(
    () => true,
    () => false,
  )
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(sql)
  } finally {
    await client.end()
  }
}
