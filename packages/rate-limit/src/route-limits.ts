import { nearMisses } from '@chapkit/core'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { UnknownRouteError } from './errors.ts'
import { type ParsedOptions, readLimit } from './options.ts'
import { type Policy, policyOf } from './policy.ts'

/** What counts for a route, by method. It stands in its config, under a name that nothing outside of this file has. */
const POLICIES = Symbol('chapkit.rate-limit')

declare module 'fastify' {
  interface FastifyContextConfig {
    [POLICIES]?: ReadonlyMap<string, Policy | false>
  }
}

/**
 * Reads the limit of each route that is registered from now on, from `perRoute` or from its own config.
 *
 * The app fails to start with CHAPKIT_ERR_UNKNOWN_ROUTE where `perRoute` names no route; a route is refused with
 * CHAPKIT_ERR_INVALID_OPTION where its own limit is none.
 */
export function readRouteLimits(app: FastifyInstance, perRoute: ParsedOptions['perRoute']): void {
  const known = new Map<string, Policy | false | undefined>()
  app.addHook('onRoute', (route) => {
    const own = ownPolicy(route)
    const policies = new Map<string, Policy | false>()
    for (const method of methodsOf(route)) {
      const name = `${method} ${route.url}`
      const get = `GET ${route.url}`
      // A HEAD is a GET without its body, and counts with it.
      let policy = method === 'HEAD' && known.has(get) ? known.get(get) : own
      const named = perRoute.get(name)
      if (named !== undefined) policy = named && policyOf('route', named, name)
      known.set(name, policy)
      if (policy !== undefined) policies.set(method, policy)
    }
    if (policies.size > 0) route.config = { ...route.config, [POLICIES]: policies }
  })
  app.addHook('onReady', (done) => {
    const unknown = [...perRoute.keys()].find((name) => !known.has(name))
    done(unknown === undefined ? undefined : unknownRoute(unknown, known.keys()))
  })
}

/** The limit of the route that the router matched; false where it has none and is free of the others, too. */
export function routePolicy(request: FastifyRequest): Policy | false | undefined {
  return request.routeOptions.config[POLICIES]?.get(request.method)
}

/** Whether no request to this route is ever limited. */
export function isExempt(route: RouteOptions): boolean {
  const policies = route.config?.[POLICIES]
  return methodsOf(route).every((method) => policies?.get(method) === false)
}

function ownPolicy(route: RouteOptions): Policy | false | undefined {
  const text = route.config?.rateLimit
  if (text === undefined || text === false) return text
  const name = `${methodsOf(route).join(',')} ${route.url}`
  return policyOf('route', readLimit(text, `Route ${name}: config.rateLimit`), name)
}

function methodsOf({ method }: RouteOptions): readonly string[] {
  return [method].flat()
}

function unknownRoute(name: string, names: Iterable<string>): Error {
  const near = nearMisses(name, names)
  const hint = near.length > 0 ? ` Did you mean '${near.join("', '")}'?` : ''
  return new UnknownRouteError(
    `withRateLimit(): perRoute names '${name}', which no route has.${hint} ` +
      "Give method and path of a route as it was registered, such as 'POST /api/v1/configs'.",
  )
}
