import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Problem, PROBLEM_CONTENT_TYPE, requestPath } from '@chapkit/core'
import type { FastifyInstance } from 'fastify'
import { addressReader } from './client-address.ts'
import type { KeyCheck } from './key-check.ts'
import type { ApiKey } from './keys/api-key.ts'
import { Refusal } from './refusal.ts'
import { type Requirement, requirementOf } from './requirement.ts'

/** What a key has opened: it ends when the key is good for it no more. */
export interface Opened {
  readonly key: ApiKey
  readonly requirement: Requirement
  /** Address of the client. */
  readonly ip: string
}

/** Requests that asked for another protocol. */
export interface Upgrades {
  /** Those that were let in, and whose sockets are open. */
  readonly open: Map<Socket, Opened>
  /** What was answered to those that were refused. */
  readonly refused: WeakMap<IncomingMessage, Problem>
}

/** Where nobody knows which scopes a listener would ask for, it is all of them. */
const EVERYTHING = requirementOf(['*'])
const NOTHING = requirementOf([])

/**
 * Guards protocol upgrades that do not go through the router: a listener of the server's `upgrade` event (a WebSocket
 * library, for example) answers without any hook having run. Where there is one, every upgrade needs a key, whatever its
 * path, and one that may do everything. Without one Node ignores the `Upgrade` header, and the request goes the way of all
 * others.
 *
 * @fastify/websocket hands upgrades to the router. Where its listener is the only one, scopes are those of the route.
 */
export function guardUpgrades(app: FastifyInstance, check: KeyCheck): Upgrades {
  const open = new Map<Socket, Opened>()
  const refused = new WeakMap<IncomingMessage, Problem>()
  const addressOf = addressReader(app)
  let hasWebSocketRoutes = false
  app.addHook('onRoute', function () {
    // The plugin may be registered in a scope below, where alone its decorator is.
    hasWebSocketRoutes ||= this.hasDecorator('websocketServer')
  })
  const isRouted = () => hasWebSocketRoutes && app.server.listenerCount('upgrade') === 2

  const guard = (request: IncomingMessage, socket: Socket): void => {
    const { method } = request
    const ip = addressOf(request)
    const requirement = isRouted() ? NOTHING : EVERYTHING
    const outcome = check.check(request.rawHeaders, requirement, { ip })
    const path = requestPath(request.url as string)
    const id = app.kernel.nextId()
    const line = { request_id: id, method, path, client_host: socket.remoteAddress }
    if (!(outcome instanceof Refusal)) {
      open.set(socket, { key: outcome.key, requirement, ip })
      socket.once('close', () => open.delete(socket))
      if (requirement === NOTHING) return
      check.admitted(outcome)
      app.log.info({ ...outcome.fields, ...line }, 'auth.success')
      return
    }
    const { event, problem } = outcome
    refused.set(request, problem)
    if (event !== undefined) app.log.warn({ ...event.fields, ...line }, event.name)
    // The listeners after this one are called all the same; what they write must neither arrive nor bring the process down.
    socket.on('error', () => undefined)
    const document = app.kernel.redactor.redact(JSON.stringify(problem.toDocument(path)))
    socket.end(rawAnswer(problem.statusCode, { ...problem.headers, 'x-request-id': id }, document))
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
  return { open, refused }
}

function rawAnswer(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const all = {
    ...headers,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
