import { listen } from './fastify.ts'

/** Two lines a request to standard output, as our own service writes. */
export async function start(): Promise<number> {
  return listen({ logger: true })
}
