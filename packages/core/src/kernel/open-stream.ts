import type { FastifyRequest } from 'fastify'

/** An event stream that a client reads. It is in `app.kernel.openStreams` for as long as it is open. */
export interface OpenStream {
  /** What it answers. */
  readonly request: FastifyRequest
  /** Ends it with an event `close` that tells the reason: `shutdown`, `key-revoked`. */
  end(reason: string): void
}
