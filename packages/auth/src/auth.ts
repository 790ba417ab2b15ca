import { parseOptions, type ServiceModule } from '@chapkit/core'
import { decideAccess } from './access.ts'
import { keyCheck } from './key-check.ts'
import { logLoaded } from './key-log.ts'
import { type ApiKeyStatus, keyStatus } from './key-status.ts'
import { KeyRing } from './keys/key-ring.ts'
import { loadDirectKeys, loadApiKeys } from './keys/load-api-keys.ts'
import { documentKeys } from './openapi.ts'
import { type AuthOptions, OptionsSchema } from './options.ts'
import { HOOK_NAME, requestHook } from './request-hook.ts'
import { guardUpgrades } from './upgrade-guard.ts'

/**
 * API keys for every route but the open ones. Keys are loaded when the service starts; a key file is followed from then on.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 * @throws CHAPKIT_ERR_NO_API_KEYS when `apiKeys` holds none, CHAPKIT_ERR_API_KEY_CHECKSUM when one of them was mistyped.
 * The start fails with these, too, for keys from a file or a variable; with CHAPKIT_ERR_API_KEY_FILE for a file of no use,
 * CHAPKIT_ERR_UNKNOWN_PATH for an open path that no route has, and CHAPKIT_ERR_UNGUARDED_ROUTE for a route that would be open.
 */
export function auth(options: AuthOptions = {}): ServiceModule<{ readonly apiKeys: ApiKeyStatus }> {
  const { apiKeys, headerName, unauthenticatedPaths, ...sources } = parseOptions(
    OptionsSchema,
    options,
    'withAuth()',
  )
  const direct = apiKeys && loadDirectKeys(apiKeys)
  return {
    name: 'auth',
    order: 'early',
    after: ['logging', 'cors'],
    async plugin(app) {
      const { set, source } = direct ?? (await loadApiKeys(sources, process.env))
      logLoaded(app.log, set, source)

      const ring = new KeyRing(set)
      const check = keyCheck(ring, headerName)
      const access = decideAccess(app, unauthenticatedPaths, HOOK_NAME)
      app.decorateRequest('apiKey', null)
      app.addHook('onRequest', requestHook(check, access))
      guardUpgrades(app, check)
      app.kernel.redactor.add(ring)
      app.kernel.openApi.push(documentKeys(access, headerName))
      app.decorate('apiKeys', keyStatus(app, ring, source))
    },
  }
}
