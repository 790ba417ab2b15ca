import type { FastifyReply } from 'fastify'
import { EventStream } from './event-stream.ts'

/** How an event stream is sent. */
export interface SendEventsOptions {
  /** Milliseconds after which a client that takes nothing of what waits for it is dropped. Default: 60,000. */
  readonly stallTimeout?: number
}

/**
 * Answers with an event stream (text/event-stream) of JSON documents. It ends when the source does, when the client goes,
 * when the service closes, and when its key is no longer valid: `signal` tells the source, and the last two are told the
 * client with an event `close`, whose data is `{"reason":"shutdown"}` or `{"reason":"key-revoked"}`.
 *
 * @param source - Gives the documents; only as fast as the client reads them.
 */
export function sendEvents(
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<unknown>,
  { stallTimeout = 60_000 }: SendEventsOptions = {},
): FastifyReply {
  const { request, raw } = reply
  const { closing, openStreams } = reply.server.kernel
  reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('x-accel-buffering', 'no')
  if (request.method === 'HEAD') return reply.send('')

  const stream = new EventStream(request, source, { socket: request.raw.socket, stallTimeout })
  openStreams.add(stream)
  raw.once('close', () => {
    openStreams.delete(stream)
    stream.destroy()
  })
  // Those that are open when the service begins to close, the kernel ends.
  if (closing.aborted) stream.end('shutdown')
  return reply.send(stream)
}
