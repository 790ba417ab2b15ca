import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import findMyWay from 'find-my-way'
import { requestTarget } from '../requests/request-path.ts'
import { Problem } from './problem.ts'
import { sendProblem } from './send-problem.ts'

/**
 * Answers what no route matches: 405 with `Allow` where the path has routes of other methods (RFC 9110, section 15.5.6),
 * else 404. It learns the routes as they are registered, and finds them by the same rules as the service.
 */
export function handleNotFound(app: FastifyInstance): void {
  const router = findMyWay({ ...app.initialConfig.routerOptions, maxParamLength: Number.MAX_SAFE_INTEGER })
  const methods = new Set<string>()

  app.addHook('onRoute', (route) => {
    const { method, url, constraints } = route
    if (url.includes(':')) route.onRequest = [route.onRequest ?? [], refuseEmptyParameter].flat()
    // A route with a constraint exists only for some requests, so it does not make its path known to all; nor does the
    // route through which @fastify/cors sees preflights.
    if (url === '*' || (constraints && Object.keys(constraints).length > 0)) return
    for (const one of [method].flat() as findMyWay.HTTPMethod[]) {
      methods.add(one)
      if (!router.hasRoute(one, url)) router.on(one, url, noop)
    }
  })

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const target = requestTarget(request.raw)
    const allowed = [...methods].filter((method) => {
      const found = router.find(method as findMyWay.HTTPMethod, target)
      return found !== null && !hasEmptyParameter(found.params)
    })
    if (allowed.length === 0) return sendProblem(reply, nothingHere())
    const allow = allowed.sort().join(', ')
    const detail = `${request.method} is not offered at this path; it offers ${allow}.`
    return sendProblem(reply, new Problem('method-not-allowed', detail, { headers: { allow } }))
  })
}

function nothingHere(): Problem {
  return new Problem('not-found', 'There is nothing at this path.')
}

/** The router lets `/configs/` match `/configs/:id` with an empty id; a trailing slash is another path, though. */
function refuseEmptyParameter(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  done(hasEmptyParameter(request.params) ? nothingHere() : undefined)
}

function hasEmptyParameter(params: unknown): boolean {
  return Object.entries(params as Record<string, string>).some(
    ([name, value]) => value === '' && name !== '*',
  )
}

function noop(): void {
  // find-my-way wants a handler; the routes here only answer whether they match.
}
