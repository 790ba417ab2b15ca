import type { Limit } from '@chapkit/core'

/** Whose limit it is: the service's, that of the key itself, or the route's. */
export type Scope = 'service' | 'key' | 'route'

/** A limit that requests are held to. */
export interface Policy {
  readonly scope: Scope
  readonly limit: Limit
  /** As it was written: `100/m`. */
  readonly text: string
  /** Tells it from the other policies of a subject. It holds the limit: one that changes begins anew. */
  readonly id: string
  /** Its name in the headers of answers, a String of RFC 9651. */
  readonly name: string
  /** How the header `RateLimit-Policy` describes it. */
  readonly description: string
}

/** Makes a policy. That of a route is named with the route; a subject has only one other. */
export function policyOf(
  scope: Scope,
  { text, ...limit }: Limit & { readonly text: string },
  route = 'default',
): Policy {
  const seconds = limit.window / 1_000
  const name = scope === 'route' ? '"route"' : '"default"'
  return {
    scope,
    limit,
    text,
    id: `${route}:${limit.count}/${seconds}`,
    name,
    description: `${name};q=${limit.count};w=${seconds}`,
  }
}
