import { NoApiKeysError } from '../errors.ts'
import { type KeySet, toKeySet } from './key-set.ts'
import { parseDirectKeys, parseKeyList } from './parse-keys.ts'
import { readKeyFile } from './read-key-file.ts'

/** Where keys outside of the code may be. The first that is there wins, and there is no falling back from it. */
export interface KeySources {
  readonly apiKeyFile?: string | undefined
  /** Name of the environment variable with keys. */
  readonly envVar: string
}

/** Where keys came from. */
export type KeySource =
  | { readonly kind: 'direct' }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'env'; readonly envVar: string }

/** Keys that were loaded. */
export interface LoadedKeys {
  readonly set: KeySet
  readonly source: KeySource
}

/** Environment variable with the path of a key file, for deployments that mount a secret. */
export const KEY_FILE_VARIABLE = 'CHAPKIT_API_KEY_FILE'

/**
 * Digests keys that were given in code, at once, so that nothing here keeps their text.
 *
 * @throws CHAPKIT_ERR_NO_API_KEYS when none is left.
 */
export function loadDirectKeys(apiKeys: readonly string[]): LoadedKeys {
  const keys = parseDirectKeys(apiKeys)
  if (keys.length === 0) {
    throw new NoApiKeysError(
      'No API keys configured. apiKeys of withAuth() holds none: give at least one, or leave it out and set CHAPKIT_API_KEYS.',
    )
  }
  return { set: toKeySet(keys, 'withAuth()'), source: { kind: 'direct' } }
}

/**
 * Loads keys from what is outside of the code: the file `apiKeyFile`, that of CHAPKIT_API_KEY_FILE, the variable `envVar`.
 *
 * @throws CHAPKIT_ERR_NO_API_KEYS when there is none, CHAPKIT_ERR_API_KEY_FILE when the file is not usable.
 */
export async function loadApiKeys(
  { apiKeyFile, envVar }: KeySources,
  env: NodeJS.ProcessEnv,
): Promise<LoadedKeys> {
  const file = apiKeyFile ?? (env[KEY_FILE_VARIABLE] || undefined)
  if (file !== undefined) {
    const { keys } = await readKeyFile(file)
    return { set: toKeySet(keys, file), source: { kind: 'file', file } }
  }
  const value = env[envVar]
  if (!value) {
    throw new NoApiKeysError(
      `No API keys configured. Set ${envVar} to keys separated by commas, or ${KEY_FILE_VARIABLE} to the path of a file ` +
        'with one key a line, or give withAuth() an apiKeyFile (apiKeys for development only).',
    )
  }
  const keys = parseKeyList(value)
  if (keys.length === 0) {
    throw new NoApiKeysError(`No API keys found in ${envVar}. Separate them by commas: key1,key2`)
  }
  return { set: toKeySet(keys, envVar), source: { kind: 'env', envVar } }
}
