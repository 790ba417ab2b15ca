import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createUlid } from '@chapkit/data'
import { ContentFolderError } from '../errors.ts'
import { ContentPart } from './content-part.ts'
import { codeOf, removeIfThere } from './files.ts'

/**
 * How long a file that belongs to no artifact is left alone: another replica may be about to say what it belongs to. A part
 * that is written to stays young.
 */
const SAFE_AGE_MS = 3_600_000

const ULID = '[0-9A-HJKMNP-TV-Z]{26}'

/**
 * The folder of contents that are too large for the database. Each has a file of its own, which is complete, on disk and
 * never changed once it has its name; until then it is a part (`.part`).
 *
 * Several replicas may share the folder, and even several services: names begin with the id of the database, and files of
 * other databases are not touched.
 */
export class ContentFolder {
  readonly #path: string
  readonly #owner: string

  private constructor(path: string, owner: string) {
    this.#path = path
    this.#owner = owner
  }

  /**
   * Opens the folder, and makes it when it is missing.
   *
   * @param owner - Id of the database.
   * @throws CHAPKIT_ERR_CONTENT_FOLDER when it cannot be made or written to.
   */
  static async open(path: string, owner: string): Promise<ContentFolder> {
    const folder = resolve(path)
    try {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new ContentFolderError(
        `withArtifacts(): the contentDir '${folder}' cannot be written to (${codeOf(error)}); ` +
          'name a folder that the service may make or write to.',
        { cause: error },
      )
    }
    return new ContentFolder(folder, owner)
  }

  /** Begins a file. */
  async create(): Promise<ContentPart> {
    const file = `${this.#owner}.${createUlid()}`
    const path = join(this.#path, file)
    const part = `${path}.part`
    return new ContentPart(file, { part, path, folder: this.#path }, await open(part, 'wx', 0o600))
  }

  /** Opens a file to be read; undefined when it is gone. */
  async open(file: string): Promise<FileHandle | undefined> {
    try {
      return await open(join(this.#path, file), 'r')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** Removes a file, if it is there. Whoever has it open reads on. */
  async remove(file: string): Promise<void> {
    await removeIfThere(join(this.#path, file))
  }

  /**
   * Removes what a process that was killed has left: old parts, and old files that belong to nothing.
   *
   * @param isUsed - Whether a file belongs to an artifact.
   */
  async sweep(isUsed: (file: string) => Promise<boolean>): Promise<void> {
    const pattern = new RegExp(`^${this.#owner}\\.${ULID}(\\.part)?$`)
    for (const name of await readdir(this.#path)) {
      const [, part] = pattern.exec(name) ?? [undefined]
      if (!pattern.test(name) || !(await isOld(join(this.#path, name)))) continue
      if (part !== undefined || !(await isUsed(name))) await this.remove(name)
    }
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > SAFE_AGE_MS
  } catch {
    // Somebody else was faster.
    return false
  }
}
