import type { ApiKey } from '@chapkit/auth'
import { closeUnread, LimitTable, LogEvent, logEvent, Problem, sendProblem } from '@chapkit/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Charge, Verdict } from './limiter.ts'
import type { Policy } from './policy.ts'

/** Subjects of which it is known that they are in the log already. */
const LOGGED = 10_000

/** Answers 429, and logs it once for each subject and window. */
export class Refusals {
  readonly #logged = new LimitTable(LOGGED)

  refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    charges: readonly Charge[],
    { quotas }: Verdict,
  ): void {
    // The limit for which the client has to wait the longest.
    let refusing = charges[0] as Charge
    let wait = -1
    for (const [at, { remaining, untilMore }] of quotas.entries()) {
      if (remaining > 0 || untilMore <= wait) continue
      refusing = charges[at] as Charge
      wait = untilMore
    }
    this.#log(request, refusing)
    closeUnread(request, reply)
    sendProblem(reply, tooMany(refusing.policy, Math.max(1, Math.ceil(wait / 1_000))))
  }

  #log(request: FastifyRequest, { id, policy }: Charge): void {
    const now = performance.now()
    const window = this.#logged.windowOf(id, { count: 1, window: policy.limit.window }, now)
    if (window.remaining(now) === 0) return
    window.add(now)
    const key = request.apiKey as ApiKey | null | undefined
    const who = key ? { key_id: key.id, key_prefix: key.prefix } : {}
    logEvent(request, new LogEvent('warn', 'auth.rate_limited', { ...who, limit: policy.text }))
  }
}

function tooMany({ scope, limit }: Policy, wait: number): Problem {
  const amount = `${counted(limit.count, 'request')} in ${counted(limit.window / 1_000, 'second')}`
  const whose = scope === 'route' ? 'The limit of this route' : 'The limit'
  const detail = `${whose}, ${amount}, is used up. Try again in ${counted(wait, 'second')}.`
  return new Problem('rate-limited', detail, { headers: { 'retry-after': String(wait) } })
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
