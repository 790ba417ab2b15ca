import { environmentKeys, KEY_FILE_VARIABLE } from './environment-keys.ts'
import { fileKeys } from './file-keys.ts'
import type { KeyStore } from './key-store.ts'

/** Where keys outside of the code may be. */
export interface KeySources {
  readonly apiKeyFile?: string | undefined
  /** Name of the environment variable with keys. */
  readonly envVar: string
}

/** The first source that is there: `apiKeyFile`, the file of CHAPKIT_API_KEY_FILE, `envVar`. There is no falling back from it. */
export function chooseStore({ apiKeyFile, envVar }: KeySources, env: NodeJS.ProcessEnv): KeyStore {
  const file = apiKeyFile ?? (env[KEY_FILE_VARIABLE] || undefined)
  return file === undefined ? environmentKeys(envVar) : fileKeys(file)
}
