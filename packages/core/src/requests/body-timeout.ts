import type { FastifyInstance, FastifyRequest } from 'fastify'
import { announcesBody } from './announced-body.ts'

/**
 * Ends a request whose body does not come in time, in the way in which Node ends it. Node itself knows one limit for all
 * routes, and a route that takes large content needs another: it says `limitsBodyTime: true` in its config, and sees to it.
 *
 * @param ms - Milliseconds from the header to the end of the body; 0 for no limit.
 */
export function bodyTimeout(app: FastifyInstance, ms: number): (request: FastifyRequest) => void {
  return (request) => {
    const { raw } = request
    if (!announcesBody(raw.headers)) return
    if (ms === 0 || request.routeOptions.config.limitsBodyTime || raw.httpVersionMajor !== 1) return
    const timer = setTimeout(() => {
      // Not where it has come and nobody reads it, nor with `inject()`, which knows no such member.
      const { complete } = raw as { complete?: boolean }
      if (complete === false) app.server.emit('clientError', late(), raw.socket)
    }, ms).unref()
    raw.once('close', () => clearTimeout(timer))
  }
}

function late(): Error {
  return Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
}
