import type { FastifyRequest } from 'fastify'
import type { LogEvent } from './event.ts'
import { RequestLog } from './request-log.ts'

/** Logs an event of a request. */
export function logEvent(request: FastifyRequest, event: LogEvent): void {
  const log: unknown = request.log
  if (log instanceof RequestLog) log.event(event)
  else request.log[event.level](event.fields, event.name)
}
