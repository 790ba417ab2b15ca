import type { ApiKey } from './keys/key-set.ts'

// The module
export { auth } from './auth.ts'
export { type AuthOptions, DEFAULT_UNAUTHENTICATED_PATHS } from './options.ts'
export type { ApiKeyStatus } from './key-status.ts'

// Keys
export type { ApiKey } from './keys/key-set.ts'
export { generateApiKey } from './keys/generated-key.ts'
export { maskKey } from './keys/mask-key.ts'

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
