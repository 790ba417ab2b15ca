import { LogEvent, Problem } from '@chapkit/core'
import { AuthCounts } from './auth-counts.ts'
import type { FailureBudget } from './failure-budget.ts'
import type { ApiKey } from './keys/api-key.ts'
import type { KeyRing } from './keys/key-ring.ts'
import { maskKey } from './keys/mask-key.ts'
import { type Client, type KeyFault, KnownKey } from './known-key.ts'
import { Refusal } from './refusal.ts'
import type { Requirement } from './requirement.ts'
import { SentBefore } from './sent-before.ts'

/** What a check of keys is made of. */
export interface KeyCheckOptions {
  readonly ring: KeyRing
  /** The whole value of this header is the key. */
  readonly headerName: string
  /** How many wrong keys an address may send; undefined for any number. */
  readonly budget: FailureBudget | undefined
  /** Is told the id of each key that was let in. */
  readonly used: ((id: string) => void) | undefined
}

/** What is logged of a key that is known, and refused. */
const EVENTS = {
  expired: 'auth.expired',
  not_yet_valid: 'auth.not_yet_valid',
  address_not_allowed: 'auth.address_not_allowed',
  insufficient_scope: 'auth.insufficient_scope',
} as const satisfies Readonly<Record<KeyFault, string>>

/** Decides by the header lines of a request whether its key lets it in. */
export class KeyCheck {
  readonly counts = new AuthCounts()
  readonly #ring: KeyRing
  readonly #budget: FailureBudget | undefined
  readonly #used: ((id: string) => void) | undefined
  readonly #name: string
  readonly #known = new WeakMap<ApiKey, KnownKey>()
  readonly #before = new SentBefore()
  readonly #missing: Refusal
  readonly #invalid: Problem
  readonly #faults: Readonly<Record<Exclude<KeyFault, 'insufficient_scope'>, Problem>>

  constructor({ ring, headerName, budget, used }: KeyCheckOptions) {
    this.#ring = ring
    this.#budget = budget
    this.#used = used
    this.#name = headerName.toLowerCase()
    const unauthorized = (detail: string) =>
      new Problem('unauthorized', detail, { headers: { 'www-authenticate': challenge(headerName) } })
    const missing = unauthorized(`Missing authentication header: ${headerName}`)
    this.#missing = new Refusal(new LogEvent('warn', 'auth.missing_key'), missing)
    this.#invalid = unauthorized('Invalid API key')
    this.#faults = {
      expired: unauthorized('API key has expired'),
      not_yet_valid: unauthorized('API key is not valid yet'),
      address_not_allowed: new Problem('forbidden', 'The API key may not be used from this address.'),
    }
    ring.onChange(() => {
      this.counts.keepOnly(new Set(ring.keys.map(({ id }) => id)))
      this.#before.clear()
    })
  }

  /**
   * The key of a request that it lets in, or why it does not.
   *
   * @param lines - Name, value, name, value, …, as Node's `rawHeaders` has them.
   */
  check(lines: readonly string[], requirement: Requirement, client: Client): KnownKey | Refusal {
    const sent = readHeader(lines, this.#name)
    if (sent === '') {
      this.counts.missing_key++
      return this.#missing
    }
    const known = sent === CONFLICT ? undefined : this.#find(sent, client)
    if (known === undefined) return this.#refuseUnknown(sent, client)
    const fault = known.faultFor(requirement, client)
    if (fault === undefined) return known
    known.counts[fault]++
    if (fault !== 'insufficient_scope') {
      return new Refusal(new LogEvent('warn', EVENTS[fault], known.fields), this.#faults[fault])
    }
    const fields = { ...known.fields, required: requirement.scopes.join(' ') }
    return new Refusal(new LogEvent('warn', EVENTS[fault], fields), requirement.problem)
  }

  /** Notes that a request was let in. */
  admitted({ counts, key }: KnownKey): void {
    counts.success++
    this.#used?.(key.id)
  }

  /** What requests need of a key. */
  knownKey(key: ApiKey): KnownKey {
    let known = this.#known.get(key)
    if (known === undefined) {
      known = new KnownKey(key, this.counts.of(key.id))
      this.#known.set(key, known)
    }
    return known
  }

  #find(sent: string, client: Client): KnownKey | undefined {
    const { socket } = client
    const before = socket && this.#before.find(socket, sent)
    if (before !== undefined) return before
    if (this.#budget?.isExhausted(client) && !this.#ring.mayHave(sent)) return undefined
    const key = this.#ring.find(sent)
    if (key === undefined) return undefined
    const known = this.knownKey(key)
    if (socket) this.#before.keep(socket, sent, known)
    return known
  }

  #refuseUnknown(sent: string | typeof CONFLICT, client: Client): Refusal {
    if (this.#budget?.isExhausted(client)) return this.#rateLimited(this.#budget, client)
    this.#budget?.count(client)
    this.counts.invalid_key++
    const prefix = maskKey(sent === CONFLICT ? '' : sent)
    return new Refusal(new LogEvent('warn', 'auth.invalid_key', { key_prefix: prefix }), this.#invalid)
  }

  #rateLimited(budget: FailureBudget, client: Client): Refusal {
    this.counts.rate_limited++
    const { problem, address, isFirst } = budget.exhaustionOf(client)
    return new Refusal(isFirst ? new LogEvent('warn', 'auth.rate_limited', { address }) : undefined, problem)
  }
}

/** A challenge is a must with 401 (RFC 9110, section 11.6.1). No scheme is registered for keys in a header of their own. */
function challenge(headerName: string): string {
  return `ApiKey realm="chapkit", header="${headerName}"`
}

/** Stands for a header that was sent twice with different values. */
const CONFLICT = Symbol('conflict')

/**
 * Value of a header, empty where it is missing. It reads the lines as they were sent: of two lines of one name Node joins
 * most into one value, and of some (`Authorization`) it drops the second, so that a proxy may have looked at another key.
 */
function readHeader(lines: readonly string[], name: string): string | typeof CONFLICT {
  let value: string | undefined
  for (let at = 0; at < lines.length; at += 2) {
    const sent = lines[at] as string
    if (sent.length !== name.length || sent.toLowerCase() !== name) continue
    const next = lines[at + 1] as string
    if (value === undefined) value = next
    // An empty first line means no key, whatever follows.
    else if (value !== '' && value !== next) return CONFLICT
  }
  return value ?? ''
}
