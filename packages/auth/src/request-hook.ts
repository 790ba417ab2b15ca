import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { closeUnread, logEvent, sendProblem } from '@chapkit/core'
import type { Access } from './access.ts'
import type { KeyCheck } from './key-check.ts'
import { Refusal } from './refusal.ts'
import type { Upgrades } from './upgrade-guard.ts'

/** Name of the hook, by which the start makes sure that every route has it. */
export const HOOK_NAME = 'requireApiKey'

/** Makes the onRequest hook: a request passes when its route is open, or its key is valid and may do what the route needs. */
export function requestHook(check: KeyCheck, access: Access, upgrades: Upgrades): onRequestHookHandler {
  return function requireApiKey(request, reply, done) {
    const raw: MayUpgrade = request.raw
    if (raw.upgrade === true) {
      // The guard has answered and logged it; the handler must not run.
      const refused = upgrades.refused.get(request.raw)
      if (refused !== undefined) return void sendProblem(reply, refused)
    }
    const requirement = access.requirementOf(request)
    if (requirement === undefined) return done()
    const outcome = check.check(raw.rawHeaders, requirement, request)
    if (outcome instanceof Refusal) return refuse(outcome, request, reply)
    check.admitted(outcome)
    request.apiKey = outcome.key
    if (raw.upgrade === true) upgrades.open.set(raw.socket, { key: outcome.key, requirement, ip: request.ip })
    logEvent(request, outcome.success)
    done()
  }
}

/** Node tells whether the request went to listeners of the server's `upgrade` event. */
type MayUpgrade = FastifyRequest['raw'] & { readonly upgrade?: boolean | null }

function refuse({ event, problem }: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  if (event !== undefined) logEvent(request, event)
  closeUnread(request, reply)
  sendProblem(reply, problem)
}
