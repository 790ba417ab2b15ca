import bearerAuth from '@fastify/bearer-auth'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import Fastify from 'fastify'
import metrics from 'fastify-metrics'
import type { AddressInfo } from 'node:net'
import { keysOf, type Contender } from '../contenders.ts'

/** What the complete stack does, as far as well-known plugins do it, with their defaults. */
export async function start(contender: Contender): Promise<number> {
  const app = Fastify({ logger: true })
  await app.register(underPressure, { exposeStatusRoute: '/health', maxEventLoopDelay: 1_000 })
  await app.register(metrics.default, { endpoint: '/metrics' })
  await app.register(bearerAuth, { keys: new Set(keysOf(contender)) })
  await app.register(rateLimit, { max: 1_000_000_000, timeWindow: '1 minute' })
  app.get('/hello', () => ({ message: 'hello' }))
  // chapkit's option has the same name, and both types are known here.
  const config = { rateLimit: { max: 1, timeWindow: '1 day' } as never }
  app.get('/limited', { config }, () => ({ message: 'hello' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
