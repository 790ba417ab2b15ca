import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { sendProblem } from '@chapkit/core'
import type { Access } from './access.ts'
import type { KeyCheck } from './key-check.ts'

/** Name of the hook, by which the start makes sure that every route has it. */
export const HOOK_NAME = 'requireApiKey'

/** Makes the onRequest hook: a request passes when its route is open or its key is valid. */
export function requestHook(check: KeyCheck, access: Access): onRequestHookHandler {
  return function requireApiKey(request, reply, done) {
    if (access.isOpen(request)) return done()
    const key = check.find(request.raw.rawHeaders)
    if (key === undefined) return refuse(check, request, reply)
    request.apiKey = key
    request.log.info({ key_prefix: key.prefix }, 'auth.success')
    done()
  }
}

/** Answers 401. A body that was announced is not read: the connection closes instead. */
function refuse(check: KeyCheck, request: FastifyRequest, reply: FastifyReply): void {
  const { event, fields, problem } = check.refusal(request.raw.rawHeaders)
  request.log.warn(fields, event)
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = request.headers
  // In HTTP/2 a stream ends without its connection (RFC 9113, section 8.2.2).
  if ((chunked !== undefined || length !== '0') && request.raw.httpVersionMajor === 1) {
    reply.header('connection', 'close')
  }
  sendProblem(reply, problem)
}
