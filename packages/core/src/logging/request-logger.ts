import type { FastifyBaseLogger, FastifyRequest, RawRequestDefaultExpression } from 'fastify'
import { symbols } from 'pino'
import { requestPath, requestTarget } from '../requests/request-path.ts'
import type { Redactor } from './redactor.ts'

const BINDINGS: symbol = symbols.chindingsSym

/** Holds what a request logger was made with, to see whether somebody added to it. */
const OWN_BINDINGS = Symbol('own bindings')

type RequestLogger = FastifyBaseLogger & Record<symbol, unknown>

/** Makes the logger of a request: each of its lines tells which request it was. */
export function requestLogger(
  root: FastifyBaseLogger,
  redactor: Redactor,
  requestId: string | undefined,
  request: RawRequestDefaultExpression,
  options: object,
): FastifyBaseLogger {
  const bindings = {
    request_id: requestId,
    method: request.method,
    path: redactor.redact(requestPath(requestTarget(request))),
    client_host: request.socket.remoteAddress,
  }
  const logger = root.child(bindings, options) as RequestLogger
  logger[OWN_BINDINGS] = logger[BINDINGS]
  return logger
}

/**
 * Logs an event of the framework. Its fields hold no secret, or had it taken out; so the line, of which a busy service writes
 * some each request, is not searched for one, unless somebody bound more to the logger.
 */
export function logEvent(
  request: FastifyRequest,
  level: 'info' | 'warn',
  fields: Readonly<Record<string, unknown>>,
  event: string,
): void {
  const logger = request.log as RequestLogger
  const { redactor } = request.server.kernel
  redactor.trusting = Object.hasOwn(logger, OWN_BINDINGS) && logger[OWN_BINDINGS] === logger[BINDINGS]
  try {
    logger[level](fields, event)
  } finally {
    redactor.trusting = false
  }
}
