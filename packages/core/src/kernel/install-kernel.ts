import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { drainConnections, isAnswering } from './drain.ts'
import './tick-shape.ts'
import type { Kernel } from './kernel.ts'
import { logRequests, RequestLog } from '../logging/request-log.ts'
import { shedLoad } from '../overload/shed-load.ts'
import { closingProblem } from '../problems/closing.ts'
import { handleError } from '../problems/error-handler.ts'
import { handleNotFound } from '../problems/not-found-handler.ts'
import { PROBLEM_CONTENT_TYPE, ProblemDetailSchema } from '../problems/problem-detail.ts'
import { Problem } from '../problems/problem.ts'
import { writeProblem } from '../problems/send-problem.ts'
import { bodyTimeout } from '../requests/body-timeout.ts'
import { readJsonBodies } from '../requests/json-body.ts'
import { validatorCompiler } from '../requests/validator.ts'
import { compactHeap } from '../serving/compact-heap.ts'
import type { PreparedServer } from '../serving/server-options.ts'
import type { WireServiceInfo } from '../service-info.ts'
import { workerLinkOf } from '../workers/worker.ts'

/**
 * Sets up what every service has, before any module: the kernel, the log of requests, problems for all errors, JSON bodies,
 * validation, and the headers of every answer.
 */
export function installKernel(
  app: FastifyInstance,
  info: WireServiceInfo,
  { redactor, nextId, requestTimeout, maxEventLoopDelay, shutdownDelay }: PreparedServer,
): void {
  const draining = new AbortController()
  const closing = new AbortController()
  const kernel: Kernel = {
    info,
    redactor,
    healthChecks: new Map(),
    openApi: [],
    apps: [],
    metrics: [],
    streamBegins: [],
    openStreams: new Set(),
    workers: workerLinkOf(app),
    nextId,
    requestTimeout,
    draining: draining.signal,
    closing: closing.signal,
  }
  app.decorate('kernel', kernel)
  logRequests(app, redactor, nextId)
  app.setValidatorCompiler(validatorCompiler(app))
  // Modules name it in the responses of their routes: { $ref: 'ProblemDetail#' }.
  app.addSchema(ProblemDetailSchema)
  readJsonBodies(app)
  app.setErrorHandler(handleError)
  handleNotFound(app)

  // Node answers an expectation that it does not know itself; it may as well be ignored (RFC 9110, section 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
  if (app.initialConfig.http2) {
    app.server.on('connect', (_request, response: ServerResponse | Socket) => {
      // As Node does with CONNECT in HTTP/1.1.
      if ('remoteAddress' in response) response.destroy()
      else writeProblem(response, noTunnel(), { target: '/', id: nextId() }, redactor)
    })
  }
  const drain = drainConnections(app)
  app.addHook('preClose', async () => {
    draining.abort()
    // Who balances the load is to notice first.
    if (app.server.listening) await sleep(shutdownDelay)
    closing.abort()
    for (const stream of kernel.openStreams) stream.end('shutdown')
    await drain.begin()
  })
  app.addHook('onListen', compactHeap)
  const shed = shedLoad(app, kernel, maxEventLoopDelay)
  const limitBody = bodyTimeout(app, requestTimeout)
  app.addHook('onRequest', (request, reply, done) => {
    drain.requested()
    if (request.log instanceof RequestLog) request.log.about(request.raw)
    reply.header('x-request-id', request.id)
    limitBody(request)
    const refused = refusal(request, closing.signal)
    if (refused || !shed(request, reply)) done(refused)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const isStream = payload instanceof Readable
    if (isStream) tellOfStream(kernel, request, reply)
    // JSON is UTF-8 and knows no charset parameter (RFC 8259, section 11); Fastify adds one.
    const type = reply.getHeader('content-type')
    if (type === 'application/json; charset=utf-8') reply.header('content-type', 'application/json')
    else if (type === PROBLEM_WITH_CHARSET) reply.header('content-type', PROBLEM_CONTENT_TYPE)
    // HTTP/2 knows no such header (RFC 9113, section 8.2.2); Node warns of it.
    if (request.raw.httpVersionMajor !== 1) reply.removeHeader('connection')
    // Else the client keeps the connection, and the server waits for it.
    else if (closing.signal.aborted) reply.header('connection', 'close')
    else if (isStream) closeAfterStream(reply, closing.signal)
    done(null, payload)
  })
}

const PROBLEM_WITH_CHARSET = `${PROBLEM_CONTENT_TYPE}; charset=utf-8`

/** Nothing here is a proxy. Node would say so without a problem document. */
function noTunnel(): Problem {
  return new Problem('method-not-allowed', 'CONNECT is not offered.', { headers: { allow: '' } })
}

/** What is refused before anything else is asked. */
function refusal({ raw, headers }: FastifyRequest, closing: AbortSignal): Problem | undefined {
  if (closing.aborted) return closingProblem()
  // RFC 9112, section 3.2. Node would refuse it as well, without a problem document.
  if (headers.host === undefined && raw.httpVersion === '1.1') {
    return new Problem('bad-request', 'The request has no Host header.', { headers: { connection: 'close' } })
  }
  return undefined
}

/** Until its first piece comes, a stream may fail, and be answered for otherwise. */
function tellOfStream({ streamBegins }: Kernel, request: FastifyRequest, reply: FastifyReply): void {
  if (streamBegins.length === 0) return
  reply.raw.once('pipe', (stream: Readable) => {
    stream.once('data', () => {
      for (const told of streamBegins) told(request, reply)
    })
  })
}

/** The head of a stream that began before the service closes promises to keep the connection; it ends with the stream. */
function closeAfterStream(reply: FastifyReply, closing: AbortSignal): void {
  // That of inject() has no end.
  const socket: Partial<Socket> = reply.request.raw.socket
  reply.raw.once('finish', () => {
    // Unless a request that came behind it has its turn now: its answer closes the connection.
    if (closing.aborted && !isAnswering(socket)) socket.end?.()
  })
}
