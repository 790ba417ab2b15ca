import { parseOptions } from '@chapkit/core'
import { Type } from 'typebox'
import { NoApiKeysError } from '../errors.ts'
import { toKeySet } from './key-set.ts'
import type { KeyStore } from './key-store.ts'
import { parseKeyList } from './parse-keys.ts'

/** Environment variable with the path of a key file, for deployments that mount a secret. */
export const KEY_FILE_VARIABLE = 'CHAPKIT_API_KEY_FILE'

const OptionsSchema = Type.Object({ variable: Type.String({ minLength: 1, default: 'CHAPKIT_API_KEYS' }) })

/**
 * Keys between commas in an environment variable: `withAuth({ envVar })` is short for this. They are read when the service
 * starts, which fails with CHAPKIT_ERR_NO_API_KEYS where there are none.
 *
 * @param variable - Its name. Default: `CHAPKIT_API_KEYS`.
 * @throws CHAPKIT_ERR_INVALID_OPTION for an empty name.
 */
export function environmentKeys(variable?: string): KeyStore {
  const { variable: name } = parseOptions(OptionsSchema, { variable }, 'environmentKeys()')
  return {
    kind: 'env',
    async open({ env }) {
      const value = env[name]
      if (!value) {
        throw new NoApiKeysError(
          `No API keys configured. Set ${name} to keys separated by commas, or ${KEY_FILE_VARIABLE} to the path of a file ` +
            'with one key a line, or give withAuth() an apiKeyFile (apiKeys for development only).',
        )
      }
      const records = parseKeyList(value)
      if (records.length === 0) {
        throw new NoApiKeysError(`No API keys found in ${name}. Separate them by commas: key1,key2`)
      }
      return { keys: toKeySet(records, name), origin: { env_var: name }, close: () => Promise.resolve() }
    },
  }
}
