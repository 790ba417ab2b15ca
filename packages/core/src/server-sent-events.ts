import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/**
 * Answers with an event stream (text/event-stream) of JSON documents. It ends when the source does, when the client goes,
 * and when the service closes: `signal` tells the source.
 *
 * @param source - Gives the documents; only as fast as the client reads them.
 */
export function sendEvents(
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<unknown>,
): FastifyReply {
  const { closing } = reply.server.kernel
  const gone = new AbortController()
  const signal = AbortSignal.any([closing, gone.signal])
  const stream = Readable.from(encode(source(signal)), { objectMode: false })
  reply.raw.once('close', () => gone.abort())
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('x-accel-buffering', 'no')
    .send(reply.request.method === 'HEAD' ? '' : stream)
}

async function* encode(documents: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const document of documents) yield `data: ${JSON.stringify(document)}\n\n`
}
