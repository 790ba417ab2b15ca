import type { FastifyInstance, FastifyServerOptions } from 'fastify'

/**
 * The options that Fastify reads while it runs; it offers no other way to them.
 *
 * @returns undefined where this version of Fastify keeps them elsewhere.
 */
export function fastifyOptions(app: FastifyInstance): FastifyServerOptions | undefined {
  const key = Object.getOwnPropertySymbols(app).find(({ description }) => description === 'fastify.options')
  return key && (app as unknown as Record<symbol, FastifyServerOptions>)[key]
}
