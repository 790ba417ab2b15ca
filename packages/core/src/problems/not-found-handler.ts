import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import findMyWay from 'find-my-way'
import { closeUnread } from '../requests/close-unread.ts'
import { requestTarget } from '../requests/request-path.ts'
import { Problem } from './problem.ts'
import { sendProblem } from './send-problem.ts'

/**
 * Answers what no route matches: 405 with `Allow` where the path has routes of other methods (RFC 9110, section 15.5.6),
 * else 404. It learns the routes as they are registered, and finds them by the same rules as the service.
 *
 * A path that a route names whole belongs to that route alone, whatever its method, and not to a template that fits it, too:
 * `PUT /configs/$schema` is a 405, and no config with a wrong id. That is how OpenAPI reads paths.
 */
export function handleNotFound(app: FastifyInstance): void {
  const router = findMyWay({ ...app.initialConfig.routerOptions, maxParamLength: Number.MAX_SAFE_INTEGER })
  const methods = new Set<string>()
  const whole = new Set<string>()

  const allowedAt = (target: string): string[] =>
    [...methods].filter((method) => {
      const found = router.find(method as findMyWay.HTTPMethod, target)
      if (found === null || hasEmptyParameter(found.params)) return false
      return !isTemplate(found.store as string) || !whole.has(pathOf(target))
    })

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = allowedAt(requestTarget(request.raw))
    closeUnread(request, reply)
    return sendProblem(reply, allowed.length === 0 ? nothingHere() : notOffered(request.method, allowed))
  }

  /** The router lets `/configs/` match `/configs/:id` with an empty id; a trailing slash is another path, though. */
  const refuseOthersPath: onRequestHookHandler = (request, reply, done) => {
    const isOthers = whole.has(pathOf(requestTarget(request.raw)))
    if (isOthers || hasEmptyParameter(request.params)) answer(request, reply)
    else done()
  }

  app.addHook('onRoute', (route) => {
    const { method, url, constraints } = route
    if (isTemplate(url)) route.onRequest = [route.onRequest ?? [], refuseOthersPath].flat()
    // A route with a constraint exists only for some requests, so it does not make its path known to all; nor does the
    // route through which @fastify/cors sees preflights.
    if (url === '*' || (constraints && Object.keys(constraints).length > 0)) return
    if (!isTemplate(url)) whole.add(url)
    for (const one of [method].flat() as findMyWay.HTTPMethod[]) {
      methods.add(one)
      if (!router.hasRoute(one, url)) router.on(one, url, noop, url)
    }
  })

  // As a hook it comes before the body, which matters to nobody, is read and found wrong. It is the last of the onRequest
  // hooks: the key was checked. The handler itself is what `reply.callNotFound()` calls.
  app.setNotFoundHandler({ onRequest: answer } as NotFoundOptions, answer)
}

/** Fastify runs every hook that it is given with the handler; its types name but two. */
type NotFoundOptions = Exclude<
  Parameters<FastifyInstance['setNotFoundHandler']>[0],
  (...args: never) => unknown
>

function isTemplate(url: string): boolean {
  return url.includes(':')
}

function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

function notOffered(method: string, allowed: string[]): Problem {
  const allow = allowed.sort().join(', ')
  const detail = `${method} is not offered at this path; it offers ${allow}.`
  return new Problem('method-not-allowed', detail, { headers: { allow } })
}

function nothingHere(): Problem {
  return new Problem('not-found', 'There is nothing at this path.')
}

function hasEmptyParameter(params: unknown): boolean {
  const values = params as Readonly<Record<string, string>>
  for (const name in values) if (values[name] === '' && name !== '*') return true
  return false
}

function noop(): void {
  // find-my-way wants a handler; the routes here only answer whether they match.
}
