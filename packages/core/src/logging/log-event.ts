import type { FastifyRequest } from 'fastify'
import type { EventFields } from './log-line.ts'
import { RequestLog } from './request-log.ts'

/**
 * Logs an event of the framework. Its fields hold no secret, or had it taken out; so the line, of which a busy service writes
 * some each request, is not searched for one, unless somebody put another logger in place or bound more to it.
 */
export function logEvent(
  request: FastifyRequest,
  level: 'info' | 'warn',
  fields: EventFields,
  event: string,
): void {
  const log: unknown = request.log
  if (log instanceof RequestLog) log.event(level, fields, event)
  else request.log[level](fields, event)
}
