import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** What adds to an instance at once, before any plugin has loaded. */
const IMMEDIATE = [
  'route',
  'get',
  'head',
  'post',
  'put',
  'delete',
  'patch',
  'options',
  'trace',
  'query',
  'all',
  'addHook',
  'setErrorHandler',
  'setNotFoundHandler',
] as const

type Adding = Record<(typeof IMMEDIATE)[number], (...args: unknown[]) => unknown>

/**
 * Makes what the caller of `build()` adds to the instance come after the service, in the order of the calls: a route of
 * theirs needs a key, is in the log and in the OpenAPI document like any other, and a hook of theirs runs after ours.
 *
 * @returns Ends it; to be called when the service loads.
 */
export function deferUntilLoaded(app: FastifyInstance): () => void {
  const adding = app as unknown as Adding
  const originals = IMMEDIATE.map((name) => [name, adding[name]] as const)
  for (const [name, add] of originals) {
    adding[name] = (...args) => {
      app.register(fp(async () => void Reflect.apply(add, app, args)))
      return app
    }
  }
  return () => void Object.assign(adding, Object.fromEntries(originals))
}
