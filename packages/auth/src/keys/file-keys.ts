import { parseOptions } from '@chapkit/core'
import { Type } from 'typebox'
import { followKeyFile } from './follow-key-file.ts'
import { toKeySet } from './key-set.ts'
import type { KeyStore } from './key-store.ts'
import { readKeyFile } from './read-key-file.ts'
import type { FileWatch } from './watch-file.ts'

const OptionsSchema = Type.Object({ path: Type.String({ minLength: 1 }) })

/**
 * Keys in a file, which is read again when it changes: `withAuth({ apiKeyFile })` is short for this. The start fails with
 * CHAPKIT_ERR_API_KEY_FILE where the file is of no use, and CHAPKIT_ERR_NO_API_KEYS where it holds no key.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an empty path.
 */
export function fileKeys(path: string): KeyStore {
  const { path: file } = parseOptions(OptionsSchema, { path }, 'fileKeys()')
  return {
    kind: 'file',
    async open() {
      const { records } = await readKeyFile(file)
      let watch: FileWatch | undefined
      return {
        keys: toKeySet(records, file),
        origin: { file },
        follow(listener) {
          watch = followKeyFile(file, listener)
        },
        async close() {
          await watch?.close()
        },
      }
    },
  }
}
