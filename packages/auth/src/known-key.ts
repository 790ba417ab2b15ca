import { LogEvent } from '@chapkit/core'
import { type AddressList, addressList } from './addresses.ts'
import type { KeyCounts } from './auth-counts.ts'
import type { ApiKey } from './keys/api-key.ts'
import type { Requirement } from './requirement.ts'
import { grants } from './scopes.ts'

/** What may be wrong with a key that is known. */
export type KeyFault = 'expired' | 'not_yet_valid' | 'address_not_allowed' | 'insufficient_scope'

/** Where a request comes from: a request of Fastify, for example. */
export interface Client {
  readonly ip: string
  /** Its connection, if that may send the same key again. */
  readonly socket?: object
}

/** A key with all that requests need of it, made once. */
export class KnownKey {
  readonly key: ApiKey
  readonly counts: KeyCounts
  /** What log lines tell of it. */
  readonly fields: { readonly key_prefix: string; readonly key_id: string }
  /** What is logged when it lets a request in. */
  readonly success: LogEvent
  readonly #addresses: AddressList | undefined
  readonly #decisions = new Map<Requirement, boolean>()

  constructor(key: ApiKey, counts: KeyCounts) {
    this.key = key
    this.counts = counts
    this.fields = Object.freeze({ key_prefix: key.prefix, key_id: key.id })
    this.success = new LogEvent('info', 'auth.success', this.fields)
    this.#addresses = key.allowFrom && addressList(key.allowFrom)
  }

  /** Why the key is not good for this, now; undefined where it is. */
  faultFor(requirement: Requirement, client: Client): KeyFault | undefined {
    const { notBefore, expiresAt } = this.key
    if (expiresAt !== Infinity && expiresAt <= Date.now()) return 'expired'
    if (notBefore !== 0 && notBefore > Date.now()) return 'not_yet_valid'
    if (this.#addresses !== undefined && !this.#addresses.has(client.ip)) return 'address_not_allowed'
    return this.#may(requirement) ? undefined : 'insufficient_scope'
  }

  #may(requirement: Requirement): boolean {
    const { scopes } = this.key
    if (scopes === undefined) return !requirement.isAdministrative
    let decision = this.#decisions.get(requirement)
    if (decision === undefined) {
      decision = grants(scopes, requirement.scopes)
      this.#decisions.set(requirement, decision)
    }
    return decision
  }
}
