import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { PROBLEM_CONTENT_TYPE, type Problem, requestPath } from '@chapkit/core'
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
    app.log.warn({ ...fields, path, method: request.method }, event)
    // The listeners after this one are called all the same; what they write must neither arrive nor bring the process down.
    socket.on('error', () => undefined)
    socket.end(rawAnswer(problem, app.kernel.redactor.redact(JSON.stringify(problem.toDocument(path)))))
    socket.destroySoon()
  }
  const watch = (event: string | symbol): void => {
    if (event !== 'upgrade') return
    app.server.off('newListener', watch)
    app.server.prependListener('upgrade', guard)
  }
  if (app.server.listenerCount('upgrade') > 0) watch('upgrade')
  else app.server.on('newListener', watch)
}

function rawAnswer({ headers }: Problem, body: string): string {
  const all = {
    ...headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 401 Unauthorized\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
