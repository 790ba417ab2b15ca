import type { ApiKey } from './keys/api-key.ts'

// The module
export { auth } from './auth.ts'
export { type AuthOptions, DEFAULT_UNAUTHENTICATED_PATHS } from './options.ts'
export type { ApiKeyStatus } from './key-status.ts'

// Keys
export type { ApiKey } from './keys/api-key.ts'
export {
  API_KEY_PATTERN,
  ENVIRONMENT_PATTERN,
  generateApiKey,
  hasValidChecksum,
  isGeneratedKey,
} from './keys/generated-key.ts'
export { hashApiKey, isApiKeyHash } from './keys/digest.ts'
export { maskKey } from './keys/mask-key.ts'

// Stores of keys
export type { KeyStore } from './keys/key-store.ts'
export { directKeys } from './keys/direct-keys.ts'
export { environmentKeys } from './keys/environment-keys.ts'
export { fileKeys } from './keys/file-keys.ts'

// For stores of your own
export type { KeyStoreContext, KeyStoreListener, OpenKeyStore } from './keys/key-store.ts'
export type { KeyDetails, KeyRecord } from './keys/key-record.ts'
export { type KeySet, toKeySet } from './keys/key-set.ts'
export { KEY_PROPERTIES, type KeyProperties, parseTime, toKeyDetails } from './keys/key-properties.ts'

// Scopes
export { grants, SCOPE_PATTERN } from './scopes.ts'

// Key files
export { isJsonKeys, readKeyText } from './keys/read-key-file.ts'
export { type KeyFileEntry, toKeyRecords } from './keys/key-file-schema.ts'
export { parseJsonKeys } from './keys/parse-json-keys.ts'
export { parseKeyFile } from './keys/parse-keys.ts'

// Errors of the start
export {
  ApiKeyChecksumError,
  ApiKeyFileError,
  NoApiKeysError,
  UnguardedRouteError,
  UnknownPathError,
} from './errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of this request; null on a route that needs none. */
    apiKey: ApiKey | null
  }
}
