import type { ServerResponse } from 'node:http'
import type { Http2Session } from 'node:http2'
import { Server as TlsServer } from 'node:tls'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Milliseconds that clients have, once the service closes, to send what they began to send and to read what they were sent. */
const LINGER = 2_000

/** Where a connection keeps the last answer that it got, which a map would look up at more cost. */
const ANSWER = Symbol('chapkit.answer')

type Connection = Socket & { [ANSWER]?: ServerResponse }

/** Is told which answer a connection gets next. */
export type AnswerListener = (socket: Socket, answer: ServerResponse) => void

/**
 * Lets no client hold up the end of the service: `server.close()` waits for a request that arrives in part, for a client that
 * reads no more of its answer, and (before Node 24) for each HTTP/2 session, for as long as they are there. A handler that
 * works on a whole request keeps its connection.
 */
export function drainConnections(app: FastifyInstance): AnswerListener {
  const letGo = app.initialConfig.http2 ? closeSessions(app) : dropStalled(app)
  app.addHook('preClose', (done) => {
    letGo()
    done()
  })
  return (socket, answer) => {
    const connection: Connection = socket
    connection[ANSWER] = answer
  }
}

/** A session ends with the last of its streams. */
function closeSessions(app: FastifyInstance): () => void {
  const sessions = remember<Http2Session>(app, 'session')
  return () => {
    for (const session of sessions) session.close()
  }
}

function dropStalled(app: FastifyInstance): () => void {
  const sockets = remember<Connection>(
    app,
    app.server instanceof TlsServer ? 'secureConnection' : 'connection',
  )
  return () => {
    const sent = new Map([...sockets].map((socket) => [socket, socket.bytesWritten]))
    setTimeout(() => {
      for (const socket of sockets) {
        const answer = socket[ANSWER]
        const isWorking = answer !== undefined && answer.req.complete && !answer.writableEnded
        const isStalled = answer?.writableNeedDrain === true && socket.bytesWritten === sent.get(socket)
        if (!isWorking || isStalled) socket.destroy()
      }
    }, LINGER).unref()
  }
}

function remember<Opened extends Socket | Http2Session>(app: FastifyInstance, event: string) {
  const open = new Set<Opened>()
  app.server.on(event, (one: Opened) => {
    open.add(one)
    one.once('close', () => open.delete(one))
  })
  return open
}
