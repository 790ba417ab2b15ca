import { InvalidOptionError, parseLimit, parseOptions, type ServiceModule } from '@chapkit/core'
import { decideAccess } from './access.ts'
import { FailureBudget } from './failure-budget.ts'
import { KeyCheck } from './key-check.ts'
import { logLoaded } from './key-log.ts'
import { keyMetrics } from './key-metrics.ts'
import { type ApiKeyStatus, keyStatus } from './key-status.ts'
import { chooseStore } from './keys/choose-store.ts'
import { listedKeys } from './keys/direct-keys.ts'
import { KeyRing } from './keys/key-ring.ts'
import { documentKeys } from './openapi.ts'
import { type AuthOptions, OptionsSchema } from './options.ts'
import { HOOK_NAME, requestHook } from './request-hook.ts'
import { endRevoked } from './revocation.ts'
import { guardUpgrades } from './upgrade-guard.ts'

/**
 * API keys for every route but the open ones. Keys are loaded when the service starts; a key file is followed from then on.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid, and for a `store` beside other keys.
 * @throws CHAPKIT_ERR_NO_API_KEYS when `apiKeys` holds none, CHAPKIT_ERR_API_KEY_CHECKSUM when one of them was mistyped.
 * The start fails with these, too, for keys from a file or a variable; with CHAPKIT_ERR_API_KEY_FILE for a file of no use,
 * CHAPKIT_ERR_UNKNOWN_PATH for an open path that no route has, and CHAPKIT_ERR_UNGUARDED_ROUTE for a route that would be open.
 */
export function auth(options: AuthOptions = {}): ServiceModule<{ readonly apiKeys: ApiKeyStatus }> {
  const parsed = parseOptions(OptionsSchema, options, 'withAuth()')
  const { apiKeys, headerName, unauthenticatedPaths, failureLimit } = parsed
  const limit =
    failureLimit === false ? undefined : parseLimit(failureLimit, "withAuth(): option 'failureLimit'")
  assertOneSource(options)
  const given = parsed.store ?? (apiKeys && listedKeys(apiKeys, 'apiKeys', 'withAuth()'))
  return {
    ...given?.module,
    name: 'auth',
    order: 'early',
    needs: given?.needs ?? [],
    after: ['monitoring', 'logging', 'cors'],
    async plugin(app) {
      const source = given ?? chooseStore(parsed, process.env)
      const store = await source.open({ env: process.env, app })
      app.addHook('onClose', () => store.close())
      logLoaded(app.log, store.keys, source.kind, store.origin)

      const ring = new KeyRing(store.keys)
      const budget = limit && new FailureBudget(limit)
      const used = store.used?.bind(store)
      const check = new KeyCheck({ ring, headerName, budget, used })
      const access = decideAccess(app, unauthenticatedPaths, HOOK_NAME)
      app.decorateRequest('apiKey', null)
      const upgrades = guardUpgrades(app, check)
      app.addHook('onRequest', requestHook(check, access, upgrades))
      endRevoked(app, { ring, check, access, upgrades })
      app.kernel.redactor.add(ring)
      app.kernel.openApi.push(documentKeys(access, headerName))
      const status = keyStatus(app, ring, store)
      app.decorate('apiKeys', status)
      app.kernel.metrics.push(...keyMetrics(check.counts, status))
    },
  }
}

/** What stands beside a store would not be read, and nobody would notice. */
function assertOneSource({ store, apiKeys, apiKeyFile, envVar }: AuthOptions): void {
  if (store === undefined) return
  const [other] =
    Object.entries({ apiKeys, apiKeyFile, envVar }).find(([, value]) => value !== undefined) ?? []
  if (other === undefined) return
  throw new InvalidOptionError(`withAuth(): keys come from one place: give either 'store' or '${other}'.`)
}
