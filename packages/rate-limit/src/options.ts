import { type Limit, parseLimit, parseOptions } from '@chapkit/core'
import { Type } from 'typebox'

/** Options of `withRateLimit()`. Limits are texts such as `100/m`, `5/s`, `30/10s` or `1/d`. */
export interface RateLimitOptions {
  /** Requests of a key, or of a client's address where a route needs no key. A key's own limit counts instead. Required. */
  readonly limit: string
  /**
   * Limits of routes by method and path, as they were registered: `{ 'POST /api/v1/configs': '10/s' }`. They count beside the
   * others, and instead of what the route says of itself; `false` exempts it from all. HEAD counts with GET. Default: none.
   */
  readonly perRoute?: Readonly<Record<string, string | false>>
  /**
   * Where requests are counted: `'memory'` of the process, which under `WORKERS=N` is one for all workers; or the URL of a
   * Redis server (`redis://` or `rediss://`) that all replicas share. Default: `'memory'`.
   */
  readonly store?: string
  /** Keys and addresses that are kept in memory at most. Default: 100,000. */
  readonly maxSubjects?: number
  /** Start of the names of keys in Redis. Default: `chapkit:limit:`, the name of the service and a colon. */
  readonly prefix?: string
  /** Milliseconds to wait for Redis, or for the process that counts for all workers, before the process decides alone. Default: 250. */
  readonly timeout?: number
}

const Schema = Type.Object(
  {
    limit: Type.String(),
    perRoute: Type.Record(Type.String(), Type.Union([Type.String(), Type.Literal(false)]), { default: {} }),
    store: Type.Refine(
      Type.String({ default: 'memory' }),
      (store) => store === 'memory' || isRedisUrl(store),
      // It may hold a password.
      () =>
        "must be 'memory' or a URL such as 'redis://127.0.0.1:6379' or 'rediss://user:password@host:6380/0'",
    ),
    maxSubjects: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 100_000 }),
    prefix: Type.Optional(Type.String({ minLength: 1 })),
    timeout: Type.Integer({ minimum: 1, maximum: 60_000, default: 250 }),
  },
  { additionalProperties: false },
)

/** The options, checked. */
export interface ParsedOptions {
  readonly limit: RouteLimit
  /** By method and path; false exempts. */
  readonly perRoute: ReadonlyMap<string, RouteLimit | false>
  /** URL of Redis; undefined for memory. */
  readonly redis: string | undefined
  readonly maxSubjects: number
  readonly prefix: string | undefined
  readonly timeout: number
}

/** A limit, and how it was written. */
export interface RouteLimit extends Limit {
  readonly text: string
}

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. */
export function parseRateLimitOptions(options: RateLimitOptions): ParsedOptions {
  const { limit, perRoute, store, ...rest } = parseOptions(Schema, options, 'withRateLimit()')
  const routes = new Map<string, RouteLimit | false>()
  for (const [route, text] of Object.entries(perRoute)) {
    routes.set(route, text !== false && readLimit(text, `withRateLimit(): perRoute '${route}'`))
  }
  return {
    prefix: undefined,
    ...rest,
    limit: readLimit(limit, "withRateLimit(): option 'limit'"),
    perRoute: routes,
    redis: store === 'memory' ? undefined : store,
  }
}

/** @throws CHAPKIT_ERR_INVALID_OPTION */
export function readLimit(text: string, what: string): RouteLimit {
  return { ...parseLimit(text, what), text }
}

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\/./.test(text) && URL.canParse(text)
}
