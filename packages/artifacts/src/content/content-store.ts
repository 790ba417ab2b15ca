import type { IncomingHttpHeaders } from 'node:http'
import type { Database } from '@chapkit/data'
import type { Artifact } from '../artifact.ts'
import type { ArtifactStore } from '../tree/artifact-store.ts'
import { missingArtifact } from '../problems.ts'
import { checkConditions } from './conditions.ts'
import { type Content, type ContentSource, contentTag, DEFAULT_MEDIA_TYPE } from './content.ts'
import type { ContentFolder } from './content-folder.ts'
import { ContentTable } from './content-table.ts'
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
  readonly #table: ContentTable
  readonly #artifacts: ArtifactStore
  readonly #limits: ContentLimits
  readonly #folder: ContentFolder | undefined
  readonly #writes = new Set<Promise<unknown>>()

  constructor({ database, artifacts, limits, folder }: ContentStoreParts) {
    this.#database = database
    this.#table = new ContentTable(database)
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
      file = await this.#table.findFile(id)
      await this.#table.delete(id)
      return true
    })
    await this.removeFile(file)
    return isDeleted
  }

  /** Opens the content of an artifact; undefined when it has none. */
  async open(id: string): Promise<OpenContent | undefined> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#table.find(id)
      if (!found) return undefined
      if ('bytes' in found) return new OpenContent(found.content, found.bytes)
      const file = await this.#folder?.open(found.file)
      if (file) return new OpenContent(found.content, file)
      // It was replaced between the two looks, or it is gone for good.
      if (attempt < MAX_ATTEMPTS) continue
      throw new Error(`The file '${found.file}' is not in the contentDir of this service.`)
    }
  }

  /** Name of the file that keeps the content of an artifact; undefined when there is none. */
  async findFile(id: string): Promise<string | undefined> {
    return this.#table.findFile(id)
  }

  /** Removes a file that no artifact has any more. One that cannot be removed, or not yet since a transaction may fail, is left for `sweep()`. */
  async removeFile(file: string | undefined): Promise<void> {
    const isInTransaction = this.#database.executor !== this.#database.kysely
    if (file === undefined || isInTransaction) return
    await this.#folder?.remove(file).catch(() => undefined)
  }

  /** Removes files that a process which was killed has left. */
  async sweep(): Promise<void> {
    await this.#folder?.sweep((file) => this.#table.isUsed(file))
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
    let previous: string | undefined
    let isWritten = false
    try {
      await this.#database.transaction(async () => {
        isWritten = false
        checkArtifact(id, await this.#artifacts.findById(id, { lock: true }), conditions)
        previous = await this.#table.findFile(id)
        await this.#table.put(id, content, received)
        isWritten = true
      })
    } catch (error) {
      // Nobody knows whether a commit that failed has happened: then the file is left for `sweep()`.
      if (!isWritten && 'file' in received) await this.removeFile(received.file)
      throw error
    }
    await this.removeFile(previous)
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
