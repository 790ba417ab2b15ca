import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEM_CONTENT_TYPE, requestPath } from '@chapkit/core'
import type { FastifyInstance } from 'fastify'
import type { KeyCheck } from './key-check.ts'

/**
 * Guards protocol upgrades that do not go through the router: a listener of the server's `upgrade` event (a WebSocket
 * library, for example) answers without any hook having run. Where there is one, every upgrade needs a key, whatever its
 * path. Without one Node ignores the `Upgrade` header, and the request goes the way of all others.
 */
export function guardUpgrades(app: FastifyInstance, check: KeyCheck): void {
  const guard = (request: IncomingMessage, socket: Socket): void => {
    if (check.find(request.rawHeaders)) return
    const { event, fields, problem } = check.refusal(request.rawHeaders)
    const path = requestPath(request.url as string)
    const id = app.kernel.nextId()
    const { method } = request
    app.log.warn({ ...fields, request_id: id, method, path, client_host: socket.remoteAddress }, event)
    // The listeners after this one are called all the same; what they write must neither arrive nor bring the process down.
    socket.on('error', () => undefined)
    const document = app.kernel.redactor.redact(JSON.stringify(problem.toDocument(path)))
    socket.end(rawAnswer({ ...problem.headers, 'x-request-id': id }, document))
    socket.destroySoon()
  }
  const putFirst = (): void => {
    app.server.off('upgrade', guard)
    app.server.prependListener('upgrade', guard)
  }
  app.server.on('newListener', (event: string | symbol, listener: unknown) => {
    // It is told before the listener is there, which may be put before all others.
    if (event === 'upgrade' && listener !== guard) queueMicrotask(putFirst)
  })
  if (app.server.listenerCount('upgrade') > 0) putFirst()
}

function rawAnswer(headers: Readonly<Record<string, string>>, body: string): string {
  const all = {
    ...headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 401 Unauthorized\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
