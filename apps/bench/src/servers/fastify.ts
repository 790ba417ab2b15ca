import Fastify, { type FastifyServerOptions } from 'fastify'
import type { AddressInfo } from 'node:net'

export async function start(): Promise<number> {
  return listen({})
}

/** Fastify with one route and no more than `options`; the promise is its port. */
export async function listen(options: FastifyServerOptions): Promise<number> {
  const app = Fastify(options)
  app.get('/hello', () => ({ message: 'hello' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
