import type { ApiKey } from '@chapkit/auth'
import { clientNetwork } from '@chapkit/core'
import type { FastifyRequest } from 'fastify'
import type { Charge } from './limiter.ts'
import { readLimit } from './options.ts'
import { type Policy, policyOf } from './policy.ts'

/** Whom a request counts for, and by which policies. */
export class Subjects {
  readonly #service: Policy
  /** What is the same in each request of a key. */
  readonly #keys = new WeakMap<ApiKey, KeyCharges>()

  constructor(service: Policy) {
    this.#service = service
  }

  /** The key of a request, or where there is none its client's address, pays the default policy and that of the route. */
  chargesOf(request: FastifyRequest, route: Policy | undefined): readonly Charge[] {
    // Without withAuth() there is no such member.
    const key = request.apiKey as ApiKey | null | undefined
    if (key) return this.#chargesOfKey(key, route)
    const subject = `{address:${clientNetwork(request.ip)}}`
    const first = chargeOf(subject, this.#service)
    return route === undefined ? [first] : [first, chargeOf(subject, route)]
  }

  #chargesOfKey(key: ApiKey, route: Policy | undefined): readonly Charge[] {
    let charges = this.#keys.get(key)
    if (charges === undefined) {
      const subject = `{key:${key.subject}}`
      const first = [chargeOf(subject, this.#policyOf(key))] as const
      charges = { subject, first, withRoute: new Map() }
      this.#keys.set(key, charges)
    }
    if (route === undefined) return charges.first
    let both = charges.withRoute.get(route)
    if (both === undefined) {
      both = [...charges.first, chargeOf(charges.subject, route)]
      charges.withRoute.set(route, both)
    }
    return both
  }

  #policyOf(key: ApiKey): Policy {
    if (key.rateLimit === undefined) return this.#service
    return policyOf('key', readLimit(key.rateLimit, `The rate limit of API key '${key.id}'`))
  }
}

interface KeyCharges {
  readonly subject: string
  readonly first: readonly [Charge]
  readonly withRoute: Map<Policy, readonly Charge[]>
}

function chargeOf(subject: string, policy: Policy): Charge {
  return { id: `${subject}:${policy.id}`, policy }
}
