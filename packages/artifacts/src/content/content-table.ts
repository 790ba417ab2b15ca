import { createUlid, type Database, sql } from '@chapkit/data'
import type { Kysely } from 'kysely'
import type { ArtifactTables } from '../tables.ts'
import type { Content, StoredBytes } from './content.ts'

/** Which content an artifact has, and where: the rows that say so. Within a transaction it takes part in it. */
export class ContentTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What is known of the content of an artifact, with its bytes or the name of their file. */
  async find(id: string): Promise<(StoredBytes & { readonly content: Content }) | undefined> {
    const { rows } = await sql<{ content: unknown; bytes: Uint8Array | null; file: string | null }>`
      select artifacts.content, artifact_contents.bytes, artifact_contents.file
      from artifacts join artifact_contents on artifact_contents.artifact_id = artifacts.id
      where artifacts.id = ${id}`.execute(this.#database.executor)
    const [row] = rows
    if (!row) return undefined
    const content = this.#database.codec.decodeJson(row.content) as Content
    // A driver may give null for no bytes.
    return row.file === null ? { content, bytes: row.bytes ?? new Uint8Array() } : { content, file: row.file }
  }

  /** Name of the file that keeps the content of an artifact; undefined when there is none. */
  async findFile(id: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('artifact_contents')
      .select('file')
      .where('artifact_id', '=', id)
      .executeTakeFirst()
    return row?.file ?? undefined
  }

  /** Whether a file keeps the content of an artifact. */
  async isUsed(file: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('artifact_contents')
      .select('artifact_id')
      .where('file', '=', file)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Gives an artifact this content in place of the one that it has; its version changes. */
  async put(id: string, content: Content, stored: StoredBytes): Promise<void> {
    const values = {
      bytes: 'bytes' in stored ? stored.bytes : null,
      file: 'file' in stored ? stored.file : null,
    }
    await this.#describe(id, content)
    await this.#db
      .insertInto('artifact_contents')
      .values({ artifact_id: id, ...values })
      .onConflict((conflict) => conflict.column('artifact_id').doUpdateSet(values))
      .execute()
  }

  /** Takes the content from an artifact; its version changes. */
  async delete(id: string): Promise<void> {
    await this.#describe(id, undefined)
    await this.#db.deleteFrom('artifact_contents').where('artifact_id', '=', id).execute()
  }

  async #describe(id: string, content: Content | undefined): Promise<void> {
    const { codec } = this.#database
    await sql`update artifacts set
        content = ${content === undefined ? null : codec.encodeJson(content)},
        version = ${createUlid()},
        updated_at = ${codec.encodeTime(new Date())}
      where id = ${id}`.execute(this.#database.executor)
  }

  get #db(): Kysely<ArtifactTables> {
    return this.#database.executor
  }
}
