import type { FastifyBaseLogger, RawRequestDefaultExpression } from 'fastify'
import { requestPath } from '../requests/request-path.ts'

/** Makes the logger of a request: each of its lines tells which request it was. */
export function requestLogger(
  logger: FastifyBaseLogger,
  bindings: { reqId?: string },
  options: object,
  request: RawRequestDefaultExpression,
): FastifyBaseLogger {
  return logger.child(
    {
      request_id: bindings.reqId,
      method: request.method,
      path: requestPath(request.url ?? '/'),
      client_host: request.socket.remoteAddress,
    },
    options,
  )
}
