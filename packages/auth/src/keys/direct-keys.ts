import { parseOptions } from '@chapkit/core'
import { Type } from 'typebox'
import { NoApiKeysError } from '../errors.ts'
import { toKeySet } from './key-set.ts'
import type { KeyStore } from './key-store.ts'
import { parseDirectKeys } from './parse-keys.ts'

const OptionsSchema = Type.Object({ keys: Type.Array(Type.String()) })

/**
 * Keys in code, for development and tests: `withAuth({ apiKeys })` is short for this.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for what is no list of texts, CHAPKIT_ERR_NO_API_KEYS when the list holds no key,
 * CHAPKIT_ERR_API_KEY_CHECKSUM when one of them was mistyped.
 */
export function directKeys(keys: readonly string[]): KeyStore {
  return listedKeys(parseOptions(OptionsSchema, { keys }, 'directKeys()').keys, 'keys', 'directKeys()')
}

/**
 * Digests keys that were given in code, at once, so that nothing here keeps their text.
 *
 * @param name - Name of the list, for errors: `apiKeys`.
 * @param call - Where it was given: `withAuth()`.
 */
export function listedKeys(list: readonly string[], name: string, call: string): KeyStore {
  const records = parseDirectKeys(list, name)
  if (records.length === 0) {
    throw new NoApiKeysError(
      `No API keys configured. ${name} of ${call} holds none: give at least one, or leave it out and set CHAPKIT_API_KEYS.`,
    )
  }
  const keys = toKeySet(records, call)
  return {
    kind: 'direct',
    open: () => Promise.resolve({ keys, origin: {}, close: () => Promise.resolve() }),
  }
}
