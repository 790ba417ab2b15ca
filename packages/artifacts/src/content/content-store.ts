import type { IncomingHttpHeaders } from 'node:http'
import { createUlid, type Database } from '@chapkit/data'
import { type Kysely, sql } from 'kysely'
import type { Artifact } from '../artifact.ts'
import type { ArtifactTables } from '../tables.ts'
import type { ArtifactStore } from '../tree/artifact-store.ts'
import { missingArtifact } from '../problems.ts'
import { checkConditions } from './conditions.ts'
import { type Content, type ContentSource, contentTag, DEFAULT_MEDIA_TYPE } from './content.ts'
import type { ContentFolder } from './content-folder.ts'
import { OpenContent } from './open-content.ts'
import { checkSize, type ContentLimits, receiveContent, type ReceivedContent } from './receive.ts'

/** How content is written. */
export interface WriteContentOptions {
  /** Default: `application/octet-stream`. */
  readonly mediaType?: string | undefined
  /** How many bytes there will be, where that is known: too many are refused before any is read. Default: unknown. */
  readonly size?: number | undefined
  /** `if-match` and `if-none-match`, about the entity tag of the content. Default: any content may be replaced. */
  readonly conditions?: IncomingHttpHeaders
}

/** What the store works with. */
export interface ContentStoreParts {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly limits: ContentLimits
  /** Default: none, so larger content is refused. */
  readonly folder?: ContentFolder | undefined
}

/** How often a reader looks again when the file that it was about to open has been replaced. */
const MAX_ATTEMPTS = 10

/**
 * Contents of artifacts: small ones in the database, others in files. The row of the database says which content an artifact
 * has; it changes in one step, after all of the new content is on disk and before anything of the old one goes.
 */
export class ContentStore {
  readonly #database: Database
  readonly #artifacts: ArtifactStore
  readonly #limits: ContentLimits
  readonly #folder: ContentFolder | undefined
  readonly #writes = new Set<Promise<unknown>>()

  constructor({ database, artifacts, limits, folder }: ContentStoreParts) {
    this.#database = database
    this.#artifacts = artifacts
    this.#limits = limits
    this.#folder = folder
  }

  /** Writes the content of an artifact; the version of the artifact changes with it. */
  async write(id: string, source: ContentSource, options: WriteContentOptions = {}): Promise<Content> {
    const write = this.#write(id, source, options)
    this.#writes.add(write)
    try {
      return await write
    } finally {
      this.#writes.delete(write)
    }
  }

  /** Waits for the end of all writes. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writes)
  }

  /** What is known of the content of an artifact; undefined when it has none. */
  async find(id: string): Promise<Content | undefined> {
    const artifact = await this.#artifacts.findById(id)
    if (!artifact) throw missingArtifact(id)
    return artifact.content
  }

  /** Removes the content of an artifact; false when it has none. */
  async delete(id: string, conditions: IncomingHttpHeaders = {}): Promise<boolean> {
    let file: string | undefined
    const isDeleted = await this.#database.transaction(async () => {
      const artifact = checkArtifact(id, await this.#artifacts.findById(id, { lock: true }), conditions)
      if (!artifact.content) return false
      file = await this.findFile(id)
      await this.#describe(id, undefined)
      await this.#db.deleteFrom('artifact_contents').where('artifact_id', '=', id).execute()
      return true
    })
    await this.removeFile(file)
    return isDeleted
  }

  /** Opens the content of an artifact; undefined when it has none. */
  async open(id: string): Promise<OpenContent | undefined> {
    for (let attempt = 1; ; attempt++) {
      const row = await this.#find(id)
      if (!row) return undefined
      // A driver may give null for no bytes.
      if (row.file === null) return new OpenContent(row.content, row.bytes ?? new Uint8Array())
      const file = await this.#folder?.open(row.file)
      if (file) return new OpenContent(row.content, file)
      // It was replaced between the two looks, or it is gone for good.
      if (attempt === MAX_ATTEMPTS)
        throw new Error(`The file '${row.file}' is not in the contentDir of this service.`)
    }
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

  /** Removes a file that no artifact has any more. Inside a transaction that may yet fail, it is left for `sweep()`. */
  async removeFile(file: string | undefined): Promise<void> {
    if (file === undefined || this.#isInTransaction) return
    await this.#folder?.remove(file)
  }

  /** Removes files that a process which was killed has left. */
  async sweep(): Promise<void> {
    await this.#folder?.sweep(async (file) => {
      const row = await (this.#database.kysely as Kysely<ArtifactTables>)
        .selectFrom('artifact_contents')
        .select('artifact_id')
        .where('file', '=', file)
        .executeTakeFirst()
      return row !== undefined
    })
  }

  async #write(id: string, source: ContentSource, options: WriteContentOptions): Promise<Content> {
    const { mediaType = DEFAULT_MEDIA_TYPE, size = 0, conditions = {} } = options
    // What is to be refused is refused before gigabytes have come, and once more when they have.
    checkArtifact(id, await this.#artifacts.findById(id), conditions)
    checkSize(size, this.#limits, this.#folder)
    const received = await receiveContent(source, this.#limits, this.#folder)
    const content = { mediaType, size: received.size, sha256: received.sha256 }
    await this.#replace(id, content, received, conditions)
    return content
  }

  async #replace(
    id: string,
    content: Content,
    received: ReceivedContent,
    conditions: IncomingHttpHeaders,
  ): Promise<void> {
    const values = {
      bytes: 'bytes' in received ? received.bytes : null,
      file: 'file' in received ? received.file : null,
    }
    let previous: string | undefined
    let isWritten = false
    try {
      await this.#database.transaction(async () => {
        isWritten = false
        checkArtifact(id, await this.#artifacts.findById(id, { lock: true }), conditions)
        previous = await this.findFile(id)
        await this.#describe(id, content)
        await this.#db
          .insertInto('artifact_contents')
          .values({ artifact_id: id, ...values })
          .onConflict((conflict) => conflict.column('artifact_id').doUpdateSet(values))
          .execute()
        isWritten = true
      })
    } catch (error) {
      // Nobody knows whether a commit that failed has happened: then the file is left for `sweep()`.
      if (!isWritten) await this.removeFile(values.file ?? undefined)
      throw error
    }
    await this.removeFile(previous)
  }

  async #describe(id: string, content: Content | undefined): Promise<void> {
    const { codec } = this.#database
    await sql`update artifacts set
        content = ${content === undefined ? null : codec.encodeJson(content)},
        version = ${createUlid()},
        updated_at = ${codec.encodeTime(new Date())}
      where id = ${id}`.execute(this.#database.executor)
  }

  async #find(id: string) {
    const { rows } = await sql<{ content: unknown; bytes: Uint8Array | null; file: string | null }>`
      select artifacts.content, artifact_contents.bytes, artifact_contents.file
      from artifacts join artifact_contents on artifact_contents.artifact_id = artifacts.id
      where artifacts.id = ${id}`.execute(this.#database.executor)
    const [row] = rows
    return row && { ...row, content: this.#database.codec.decodeJson(row.content) as Content }
  }

  get #isInTransaction(): boolean {
    return this.#database.executor !== this.#database.kysely
  }

  get #db(): Kysely<ArtifactTables> {
    return this.#database.executor
  }
}

/** @throws Problem not-found (404) or precondition-failed (412) */
function checkArtifact(
  id: string,
  artifact: Artifact | undefined,
  conditions: IncomingHttpHeaders,
): Artifact {
  if (!artifact) throw missingArtifact(id)
  checkConditions(conditions, artifact.content && contentTag(artifact.content))
  return artifact
}
