import { InvalidOptionError, nearMisses } from '@chapkit/core'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import findMyWay from 'find-my-way'
import { UnguardedRouteError, UnknownPathError } from './errors.ts'
import { DEFAULT_UNAUTHENTICATED_PATHS } from './options.ts'
import { type Requirement, requirementOf } from './requirement.ts'
import { routeTable, type TableRow } from './route-table.ts'
import { isScope } from './scopes.ts'

/** Who may call a route. It stands in the route's config, under a name that nothing outside of this file has. */
const ACCESS = Symbol('chapkit.access')

declare module 'fastify' {
  interface FastifyContextConfig {
    [ACCESS]?: 'open' | Requirement
  }
}

/** Decides which routes need no key, and what keys need for the others. */
export interface Access {
  /** Whether the route needs no key: its own URL is open, or that of the page that it is a part of. */
  isOpenRoute(route: Pick<RouteOptions, 'url' | 'config'>): boolean
  /** What the route that the router matched asks of a key; undefined where it needs none. */
  requirementOf(request: FastifyRequest): Requirement | undefined
  /** The scopes that routes ask for, in alphabetical order. */
  scopes(): readonly string[]
}

/**
 * Marks each route that is registered from now on as open or not, and fails the start where an open path names no route
 * or a route would escape `hook`.
 *
 * @param paths - The open paths; without them those that are open by default, of which any may be missing.
 * @param hook - Name of the onRequest hook that every route must have.
 */
export function decideAccess(
  app: FastifyInstance,
  paths: readonly string[] | undefined,
  hook: string,
): Access {
  const open = new Set(paths ?? DEFAULT_UNAUTHENTICATED_PATHS)
  const urls = new Set<string>()
  const isOpenRoute: Access['isOpenRoute'] = ({ url, config }) =>
    open.has(url) || (config?.partOf !== undefined && open.has(config.partOf))

  const anyKey = requirementOf([])
  const requirements = new Map<string, Requirement>()
  const requirementFor = (scopes: readonly string[]): Requirement => {
    const name = scopes.join(' ')
    const requirement = requirements.get(name) ?? (scopes.length === 0 ? anyKey : requirementOf(scopes))
    requirements.set(name, requirement)
    return requirement
  }

  assertNoRoutes(app)
  app.addHook('onRoute', (route) => {
    urls.add(route.url)
    const scopes = scopesOf(route)
    route.config = { ...route.config, [ACCESS]: isOpenRoute(route) ? 'open' : requirementFor(scopes) }
  })
  app.addHook('onReady', async () => {
    // A page that is open by default may be named without its module being on.
    const unknown = paths?.find((path) => !urls.has(path) && !DEFAULT_UNAUTHENTICATED_PATHS.includes(path))
    if (unknown !== undefined) throw unknownPath(unknown, urls)
    assertGuarded(app, hook)
  })

  // Of a request that no route takes there is nothing to protect; whether it is told so without a key is decided by the
  // path all the same, found by the router's own rules: 405 on an open path, 404 where an open page is not turned on.
  const openRouter = findMyWay(app.initialConfig.routerOptions as findMyWay.Config<findMyWay.HTTPVersion.V1>)
  for (const path of open) openRouter.on('GET', path, () => undefined)
  return {
    isOpenRoute,
    requirementOf(request) {
      const access = request.routeOptions.config[ACCESS]
      if (access !== undefined) return access === 'open' ? undefined : access
      const target = request.raw.url as string
      // The router takes `*`, which is the server itself (RFC 9110, section 9.3.7), for `/`.
      const isOpen = request.is404 && target !== '*' && openRouter.find('GET', target) !== null
      return isOpen ? undefined : anyKey
    },
    scopes: () => [...new Set([...requirements.values()].flatMap(({ scopes }) => scopes))].sort(),
  }
}

/** @throws CHAPKIT_ERR_INVALID_OPTION when the route asks for what is no scope: no key would have it. */
function scopesOf({ method, url, config }: RouteOptions): readonly string[] {
  const scopes: unknown = config?.scopes ?? []
  if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string' && isScope(scope))) {
    return scopes as string[]
  }
  throw new InvalidOptionError(
    `${[method].flat().join(', ')} ${url}: config.scopes must be a list of scopes such as ['reports:read'] (got ${JSON.stringify(scopes)})`,
  )
}

function unknownPath(path: string, urls: ReadonlySet<string>): Error {
  const near = nearMisses(path, urls)
  const hint = near.length > 0 ? ` Did you mean '${near.join("', '")}'?` : ''
  return new UnknownPathError(
    `withAuth(): unauthenticatedPaths names '${path}', which no route has.${hint} Give the path of a route as it was registered.`,
  )
}

/** Hooks reach only what is registered after them; @fastify/cors alone comes first, and its route answers nothing. */
function assertNoRoutes(app: FastifyInstance): void {
  const early = routeTable(app).filter(({ name }) => name !== 'OPTIONS *')
  if (early.length > 0) throw unguarded('registered before withAuth()', early)
}

function assertGuarded(app: FastifyInstance, hook: string): void {
  const bare = routeTable(app).filter(({ hooks }) => !hooks.includes(`"${hook}()"`))
  if (bare.length > 0) throw unguarded('out of reach of the key check', bare)
}

function unguarded(fault: string, routes: readonly TableRow[]): Error {
  const names = routes.map(({ name }) => name).join('; ')
  return new UnguardedRouteError(
    `Routes are ${fault}, so they would need no key: ${names}. ` +
      'Register them with .route(plugin), or on the instance that build() gives.',
  )
}
