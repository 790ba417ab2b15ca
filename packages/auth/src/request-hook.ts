import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { closeUnread, logEvent, sendProblem } from '@chapkit/core'
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
    logEvent(request, 'info', { key_prefix: key.prefix }, 'auth.success')
    done()
  }
}

function refuse(check: KeyCheck, request: FastifyRequest, reply: FastifyReply): void {
  const { event, fields, problem } = check.refusal(request.raw.rawHeaders)
  logEvent(request, 'warn', fields, event)
  closeUnread(request, reply)
  sendProblem(reply, problem)
}
