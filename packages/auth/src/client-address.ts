import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/**
 * Reads the address of requests that do not go through the router as `request.ip` does: by the instance's `trustProxy`, which
 * Fastify keeps to itself, in its class of requests.
 *
 * @throws TypeError where Fastify has no such class any more.
 */
export function addressReader(app: FastifyInstance): (request: IncomingMessage) => string {
  let at: object = app
  let symbol: symbol | undefined
  while (symbol === undefined) {
    symbol = Object.getOwnPropertySymbols(at).find(({ description }) => description === 'fastify.Request')
    at = Object.getPrototypeOf(at) as object
  }
  const { prototype } = (app as unknown as Record<symbol, { prototype: object }>)[symbol] as {
    prototype: object
  }
  return (raw) => Reflect.get(prototype, 'ip', { raw, socket: raw.socket }) as string
}
