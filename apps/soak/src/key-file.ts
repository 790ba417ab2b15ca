import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes a file with one key a line, in place. */
export function writeKeys(file: string, keys: readonly string[]): void {
  writeFileSync(file, keys.map((key) => `${key}\n`).join(''), { mode: 0o600 })
}

/** A file of keys, and a way to give it other ones. */
export interface KeyFile {
  readonly path: string
  write(keys: readonly string[]): void
}

/** Ways in which key files are rotated, by name. Each gets an empty folder. */
export const ROTATIONS: ReadonlyMap<string, (folder: string) => KeyFile> = new Map(
  Object.entries({
    'written in place': (folder: string) => {
      const path = join(folder, 'keys')
      return { path, write: (keys: readonly string[]) => writeKeys(path, keys) }
    },

    'replaced by renaming': (folder: string) => {
      const path = join(folder, 'keys')
      return {
        path,
        write(keys: readonly string[]) {
          writeKeys(`${path}.new`, keys)
          renameSync(`${path}.new`, path)
        },
      }
    },

    /** `keys` is a link to `..data/keys`, `..data` a link to a folder with a time as its name, which alone is swapped. */
    'swapped as a Kubernetes secret': (folder: string) => {
      const path = join(folder, 'keys')
      const data = join(folder, '..data')
      let version = 0
      return {
        path,
        write(keys: readonly string[]) {
          const before = join(folder, `..version_${version}`)
          const next = `..version_${++version}`
          mkdirSync(join(folder, next))
          writeKeys(join(folder, next, 'keys'), keys)
          symlinkSync(next, `${data}_tmp`)
          renameSync(`${data}_tmp`, data)
          if (version === 1) symlinkSync(join(dirname(data), '..data', 'keys'), path)
          else rmSync(before, { recursive: true })
        },
      }
    },
  }),
)
