import { checkedOption } from '@chapkit/core'
import { Type } from 'typebox'
import type { KeyStore } from './keys/key-store.ts'

/**
 * Options of `withAuth()`. Keys come from `store`, or from the first of `apiKeys`, `apiKeyFile`, CHAPKIT_API_KEY_FILE and
 * `envVar` that is there.
 */
export interface AuthOptions {
  /** Where keys are kept: `databaseKeys()`, for example. It stands alone: none of the next three goes with it. Default: none. */
  readonly store?: KeyStore | undefined
  /** Keys in code, for development and tests only. Default: none. */
  readonly apiKeys?: readonly string[] | undefined
  /**
   * Path of a file with one key a line, or of JSON, such as a mounted secret; it is read again when it changes. Lines that
   * start with `#` are comments. Default: the value of CHAPKIT_API_KEY_FILE, when `apiKeys` is not given either.
   */
  readonly apiKeyFile?: string | undefined
  /** Name of the environment variable with keys between commas. Default: `CHAPKIT_API_KEYS`. */
  readonly envVar?: string | undefined
  /** Header that takes the key; its whole value is the key. Default: `X-API-Key`. */
  readonly headerName?: string | undefined
  /**
   * Paths of routes that need no key, as they were registered. This replaces the default list
   * ({@link DEFAULT_UNAUTHENTICATED_PATHS}); `[]` means none. A path that no route has fails the start.
   */
  readonly unauthenticatedPaths?: readonly string[] | undefined
  /**
   * How many wrong keys may come from one address (in IPv6: from one network of 64 bits), such as `'60/m'` or `'10/s'`. What
   * comes beyond is answered with 429, and not hashed; a right key is let in all the same. `false`: any number. Default: `'60/m'`.
   */
  readonly failureLimit?: string | false | undefined
}

/** Paths that need no key unless `unauthenticatedPaths` says otherwise. Those whose module is not on are no fault. */
export const DEFAULT_UNAUTHENTICATED_PATHS: readonly string[] = Object.freeze([
  '/docs',
  '/redoc',
  '/openapi.json',
  '/health',
  '/',
  '/health/live',
  '/health/ready',
  '/health/startup',
])

/** Headers that HTTP itself, or Node, uses otherwise: a key in one of them would change what the request means. */
const TAKEN = new Set([
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A field name is a token (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const HeaderName = Type.Refine(
  Type.String({ default: 'X-API-Key' }),
  (name) => TOKEN.test(name) && !TAKEN.has(name.toLowerCase()),
  (name) => `must be the name of a header of its own, such as 'X-API-Key' (got '${name}')`,
)

const Path = Type.Refine(
  Type.String(),
  (path) => /^\/[^\s?#]*$/.test(path),
  (path) => `must be a path that starts with '/', without a query (got '${path}')`,
)

const Store = checkedOption<KeyStore>(
  (store) => typeof (store as Partial<KeyStore> | null)?.open === 'function',
  'a store of keys, such as databaseKeys()',
)

const FailureLimit = checkedOption<string | false>(
  (value) => typeof value === 'string' || value === false,
  "a limit such as '60/m', or false",
  '60/m',
)

/** What `withAuth()` takes, with the defaults. */
export const OptionsSchema = Type.Object(
  {
    store: Type.Optional(Store),
    apiKeys: Type.Optional(Type.Array(Type.String())),
    apiKeyFile: Type.Optional(Type.String({ minLength: 1 })),
    envVar: Type.String({ minLength: 1, default: 'CHAPKIT_API_KEYS' }),
    headerName: HeaderName,
    unauthenticatedPaths: Type.Optional(Type.Array(Path)),
    failureLimit: FailureLimit,
  },
  { additionalProperties: false },
)
