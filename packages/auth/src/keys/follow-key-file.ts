import { ApiKeyFileError } from '../errors.ts'
import { isCutGeneratedKey, isGeneratedKey } from './generated-key.ts'
import type { KeyChanges, KeyRing } from './key-ring.ts'
import { type KeySet, toKeySet } from './key-set.ts'
import { type KeyFile, readKeyFile } from './read-key-file.ts'
import { type FileWatch, watchFile } from './watch-file.ts'

/** Is told what became of a changed key file. */
export interface ReloadListener {
  /** The keys of the file are valid now. */
  reloaded(changes: KeyChanges, set: KeySet): void
  /** The file is of no use, and the keys stay as they were. */
  failed(reason: string): void
}

/** Looks for which a file without a last line end must rest: somebody may still be writing its last key. */
const LOOKS_WITHOUT_END = 3

/**
 * Takes over the keys of a file whenever it changes, within 2 seconds: written in place, renamed, or swapped by a symlink.
 * The last good keys stay valid while the file is missing, empty, unreadable, half written or wrong.
 */
export function followKeyFile(path: string, ring: KeyRing, listener: ReloadListener): FileWatch {
  return watchFile(path, async (looks) => {
    try {
      const file = await readKeyFile(path)
      if (!file.ended && looks < LOOKS_WITHOUT_END) return 'later'
      assertWhole(file, path)
      const set = toKeySet(file.keys, path)
      listener.reloaded(ring.replace(set), set)
    } catch (error) {
      listener.failed((error as Error).message)
    }
    return 'done'
  })
}

/** Without a line end, a last key that begins as the generated ones beside it and is shorter was not written to its end. */
function assertWhole({ keys, ended }: KeyFile, path: string): void {
  const others = keys.map(({ key }) => key)
  const last = others.pop() as string
  if (ended || others.length === 0 || !others.every(isGeneratedKey) || !isCutGeneratedKey(last)) return
  throw new ApiKeyFileError(`API key file is half written: ${path}. Its last line is the beginning of a key.`)
}
