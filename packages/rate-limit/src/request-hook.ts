import { wholeText } from '@chapkit/core'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Decisions } from './decisions.ts'
import type { Charge, Limiter, Quota, Verdict } from './limiter.ts'
import type { Refusals } from './refusals.ts'
import { routePolicy } from './route-limits.ts'
import type { Subjects } from './subjects.ts'

/** What the hook works with. */
export interface HookParts {
  readonly limiter: Limiter
  readonly subjects: Subjects
  readonly decisions: Decisions
  readonly refusals: Refusals
}

/**
 * Makes the onRequest hook: it decides before the body is read, and tells every client what it has left, in the headers of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function requestHook({ limiter, subjects, decisions, refusals }: HookParts): onRequestHookHandler {
  return function limitRate(request, reply, done) {
    const route = routePolicy(request)
    if (route === false) return done()
    const charges = subjects.chargesOf(request, route)
    const verdict = limiter.decide(charges)
    if (verdict instanceof Promise) void verdict.then((late) => settle(request, reply, charges, late, done))
    else settle(request, reply, charges, verdict, done)
  }

  function settle(
    request: FastifyRequest,
    reply: FastifyReply,
    charges: readonly Charge[],
    verdict: Verdict,
    done: () => void,
  ): void {
    decisions.count(charges, verdict)
    writeHeaders(reply, charges, verdict)
    if (verdict.isAdmitted) done()
    else refusals.refuse(request, reply, charges, verdict)
  }
}

function writeHeaders(reply: FastifyReply, charges: readonly Charge[], { quotas }: Verdict): void {
  let policies = ''
  let limits = ''
  for (let at = 0; at < quotas.length; at++) {
    const { remaining, untilMore } = quotas[at] as Quota
    const { policy } = charges[at] as Charge
    if (at > 0) {
      policies += ', '
      limits += ', '
    }
    policies += policy.description
    limits += `${policy.name};r=${wholeText(remaining)};t=${Math.ceil(untilMore / 1_000)}`
  }
  reply.header('ratelimit-policy', policies)
  reply.header('ratelimit', limits)
}
