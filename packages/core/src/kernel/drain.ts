import type { ServerResponse } from 'node:http'
import type { Http2Session, ServerHttp2Stream } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'

/** Milliseconds without a request after which no more is on its way. */
const QUIET = 200

/** Milliseconds after which requests are waited for no longer. */
const LINGER = 1_000

/** Milliseconds in which connections that wait to be accepted are. */
const TURN = 20

/** Milliseconds between two looks at clients that are in the middle of something: one that has not moved in between is let go. */
const LOOK = 2_000

/** Milliseconds for which an upload may pause. Less than `run()` gives the whole end of a service. */
const UPLOAD_LIMIT = 7_000

/**
 * A connection, with what Node keeps there and shows in no documented way: the answer that it waits for, and what of it was written
 * and not yet sent. A note of our own would keep each request in memory until the next one of its connection.
 */
type Connection = Socket & {
  readonly _httpMessage?: ServerResponse | null
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

/** The connections of a service. */
export interface Drain {
  /** Is told of each request. */
  readonly requested: () => void
  /**
   * Waits a moment while there are connections: whoever sends a request is told to close, where closing at once would reset
   * what is on its way, or waits to be accepted. And from now on no client holds up the end of the service: `server.close()`
   * would wait for a request that arrives in part, for a client that reads no more of its answer, and (before Node 24) for
   * each HTTP/2 session, for as long as they are there. A handler that works on a whole request keeps its connection, and so
   * does an upload that goes on, or pauses for some seconds.
   */
  readonly begin: () => Promise<void>
}

/** Follows the connections of a service, to let them go when it closes. */
export function drainConnections(app: FastifyInstance): Drain {
  let requests = 0
  return {
    requested() {
      requests++
    },
    begin: app.initialConfig.http2 ? closeSessions(app) : letGo(app, () => requests),
  }
}

/** A session ends with the last of its streams; a connection that only its client keeps open is let go. */
function closeSessions(app: FastifyInstance): () => Promise<void> {
  const { server } = app
  const sockets = remember<Socket>(app, 'connection')
  const sessions = remember<Http2Session>(app, 'session')
  const streams = remember<ServerHttp2Stream>(app, 'stream')
  return async () => {
    for (const session of sessions) session.close()
    const timer = setInterval(() => {
      const working = new Set([...streams].filter(isWorking).map(({ session }) => session))
      const kept = [...sessions].filter((session) => working.has(session))
      destroyOthers(
        sockets,
        kept.map(({ socket }) => socket),
      )
    }, UPLOAD_LIMIT).unref()
    server.once('close', () => clearInterval(timer))
  }
}

/** Whether a handler has the whole request, and has not answered yet. */
function isWorking({ endAfterHeaders, readableEnded, writableEnded }: ServerHttp2Stream): boolean {
  return (endAfterHeaders || readableEnded) && !writableEnded
}

/**
 * Connections of a server with TLS are known to HTTP after their handshake: those that never come so far would keep it open. Gives
 * what lets them go.
 */
function silentClients(app: FastifyInstance): (secured: ReadonlySet<Socket>) => void {
  const { server } = app
  if (!(server instanceof TlsServer)) return () => undefined
  const sockets = remember<Socket>(app, 'connection')
  return (secured) => {
    const timer = setTimeout(() => destroyOthers(sockets, secured), LOOK).unref()
    server.once('close', () => clearTimeout(timer))
  }
}

/** Ends the connections but those that what is known goes over, be it in TLS or HTTP/2. */
function destroyOthers(sockets: Iterable<Socket>, known: Iterable<Socket>): void {
  const peers = new Set(Array.from(known, peerOf))
  for (const socket of sockets) if (!peers.has(peerOf(socket))) socket.destroy()
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function letGo(app: FastifyInstance, requests: () => number): () => Promise<void> {
  const { server } = app
  const sockets = remember<Connection>(app, server instanceof TlsServer ? 'secureConnection' : 'connection')
  const dropSilent = silentClients(app)
  return async () => {
    if (!server.listening) return
    dropStalled(server, sockets)
    dropSilent(sockets)
    const end = performance.now() + LINGER
    let quietSince = performance.now()
    let seen = requests()
    do {
      await sleep(TURN)
      if (requests() !== seen) quietSince = performance.now()
      seen = requests()
    } while (sockets.size > 0 && performance.now() < Math.min(end, quietSince + QUIET))
    // Node takes a connection for idle when its answer was given, whether it has been sent or not.
    const answers = [...sockets].filter(isSending).map(({ _httpMessage: answer }) => answer)
    while (answers.some((answer) => !answer?.writableFinished && !answer?.destroyed)) await sleep(TURN)
  }
}

function dropStalled(server: Server, sockets: ReadonlySet<Connection>): void {
  const note = () => new Map([...sockets].map((socket) => [socket, trafficOf(socket)]))
  let before = note()
  const end = performance.now() + UPLOAD_LIMIT
  const timer = setInterval(() => {
    const mayPause = performance.now() < end
    for (const socket of sockets) if (!isBusy(socket, before.get(socket), mayPause)) socket.destroy()
    before = note()
  }, LOOK).unref()
  // It comes when the last connection has gone.
  server.once('close', () => clearInterval(timer))
}

interface Traffic {
  readonly read: number
  readonly written: number
  /** Bytes that were written and not yet sent. */
  readonly queued: number | undefined
}

function trafficOf(socket: Connection): Traffic {
  const { bytesRead, bytesWritten, _handle } = socket
  return { read: bytesRead, written: bytesWritten, queued: _handle?.writeQueueSize }
}

/** Whether a request of the connection waits for its answer, or for the end of it. */
export function isAnswering({ _httpMessage: answer }: Partial<Connection>): boolean {
  return Boolean(answer)
}

/** Whether the answer was given, and a part of it has not been sent: else Node would have taken it away. */
function isSending({ _httpMessage: answer }: Connection): boolean {
  return answer?.writableEnded === true
}

/** Whether there is an answer that a client waits for and does something for; what it sends may pause for a while. */
function isBusy(socket: Connection, before: Traffic | undefined, mayPause: boolean): boolean {
  const { _httpMessage: answer } = socket
  if (!answer) return false
  const { read, written, queued } = trafficOf(socket)
  if (isSending(socket)) return queued !== before?.queued
  if (!answer.req.complete) return mayPause || read !== before?.read
  return !answer.writableNeedDrain || written !== before?.written
}

function remember<Opened extends Socket | Http2Session | ServerHttp2Stream>(
  app: FastifyInstance,
  event: string,
) {
  const open = new Set<Opened>()
  app.server.on(event, (one: Opened) => {
    open.add(one)
    one.once('close', () => open.delete(one))
  })
  return open
}
