import type { FastifyInstance } from 'fastify'
import type { Access } from './access.ts'
import type { KeyCheck } from './key-check.ts'
import type { ApiKey } from './keys/api-key.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Client } from './known-key.ts'
import type { Requirement } from './requirement.ts'
import type { Upgrades } from './upgrade-guard.ts'

/** Milliseconds between two looks whether a key has expired with which something is open. */
const INTERVAL = 1_000

/**
 * Ends event streams and upgraded connections once their key is good for them no more: at once when it was removed or lost
 * a scope, within a second when it expired.
 */
export function endRevoked(
  app: FastifyInstance,
  { ring, check, access, upgrades }: { ring: KeyRing; check: KeyCheck; access: Access; upgrades: Upgrades },
): void {
  let current: ReadonlyMap<string, ApiKey> | undefined
  const { openStreams } = app.kernel
  const isGood = ({ subject }: ApiKey, requirement: Requirement, client: Client): boolean => {
    current ??= new Map(ring.keys.map((key) => [key.subject, key]))
    const key = current.get(subject)
    return key !== undefined && check.knownKey(key).faultFor(requirement, client) === undefined
  }
  const look = (): void => {
    for (const stream of openStreams) {
      const { request } = stream
      // On an open route there is no key.
      if (request.apiKey === null) continue
      const requirement = access.requirementOf(request) as Requirement
      if (!isGood(request.apiKey, requirement, request)) stream.end('key-revoked')
    }
    for (const [socket, opened] of upgrades.open) {
      if (!isGood(opened.key, opened.requirement, opened)) socket.destroy()
    }
  }
  ring.onChange(() => {
    current = undefined
    look()
  })
  const timer = setInterval(look, INTERVAL).unref()
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer)
    done()
  })
}
