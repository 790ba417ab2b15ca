import { type FileHandle, open, rename } from 'node:fs/promises'
import { removeIfThere } from './files.ts'

interface PartPaths {
  readonly part: string
  readonly path: string
  readonly folder: string
}

/** A file that is being written. End it with `keep()` or `discard()`. */
export class ContentPart {
  /** Name that it gets in the folder. */
  readonly file: string
  readonly #paths: PartPaths
  readonly #handle: FileHandle

  constructor(file: string, paths: PartPaths, handle: FileHandle) {
    this.file = file
    this.#paths = paths
    this.#handle = handle
  }

  /** Appends bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#handle.writeFile(bytes)
  }

  /** Gives it its name once all of it is on disk, so that a power cut leaves it whole or not at all. */
  async keep(): Promise<void> {
    const { part, path, folder } = this.#paths
    await this.#handle.sync()
    await this.#handle.close()
    await rename(part, path)
    const directory = await open(folder, 'r')
    try {
      // The name is on disk when the folder is.
      await directory.sync()
    } finally {
      await directory.close()
    }
  }

  /** Leaves nothing of it, whatever came before. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    await removeIfThere(this.#paths.part)
    await removeIfThere(this.#paths.path)
  }
}
