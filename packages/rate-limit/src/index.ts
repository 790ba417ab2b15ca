// The module
export { rateLimit } from './rate-limit.ts'
export type { RateLimitOptions } from './options.ts'

// Errors of the start
export { UnknownRouteError } from './errors.ts'
