import { ApiKeyFileError } from '../errors.ts'
import { type KeySet, toKeySet } from './key-set.ts'
import type { KeyStoreListener } from './key-store.ts'
import { type KeyFile, readKeyFile } from './read-key-file.ts'
import { type FileWatch, watchFile } from './watch-file.ts'

/** Looks for which a file must rest before it is given up, or without its last line end: somebody may still be writing. */
const LOOKS_UNFINISHED = 4

/**
 * Tells the keys of a file whenever it changes, within 2 seconds: written in place, renamed, or swapped by a symlink. While the
 * file is missing, empty, unreadable, half written or wrong, it tells that, once.
 */
export function followKeyFile(path: string, listener: KeyStoreListener): FileWatch {
  return watchFile(path, async (looks) => {
    const last = looks >= LOOKS_UNFINISHED
    try {
      const file = await readKeyFile(path)
      if (file.end !== 'whole' && !last) return 'later'
      listener.changed(takeOver(file, path))
    } catch (error) {
      if (!last) return 'later'
      listener.failed((error as Error).message)
    }
    return 'done'
  })
}

function takeOver({ records, end }: KeyFile, path: string): KeySet {
  if (end !== 'cut') return toKeySet(records, path)
  throw new ApiKeyFileError(`API key file is half written: ${path}. Its last line is the beginning of a key.`)
}
