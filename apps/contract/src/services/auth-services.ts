import { type AuthOptions, Problem, ServiceBuilder } from 'chapkit'
import { SmallConfig, sharedNames } from './config-schemas.ts'
import { authInfo } from './infos.ts'
import { staticApp } from './static-apps.ts'

const KEY = 'sk_dev_contract_key_0001'

/** Keys of every kind that a header can carry: twice the same, short, with spaces, in Latin-1, very long. */
const KEYS = [
  KEY,
  'sk_dev_contract_key_0002',
  'short',
  KEY,
  'with space',
  'clé-é-latin1',
  ' padded ',
  'x'.repeat(4000),
]

function authService(options: AuthOptions) {
  return new ServiceBuilder(authInfo)
    .withLogging()
    .withHealth()
    .withSystem()
    .withDatabase()
    .withConfig(SmallConfig, sharedNames)
    .withMonitoring()
    .withAuth(options)
}

/** Services with keys. */
export const authServices = {
  auth: () => authService({ apiKeys: KEYS }),
  'auth-custom-header': () => authService({ apiKeys: [KEY], headerName: 'X-Custom-Auth-Token' }),
  'auth-authorization': () => authService({ apiKeys: KEYS, headerName: 'Authorization' }),
  'auth-landing': () => authService({ apiKeys: KEYS }).withLandingPage().withApp(staticApp('dash')),
  'auth-custom-paths': () =>
    authService({ apiKeys: [KEY], unauthenticatedPaths: ['/health', '/api/v1/info', '/public/'] }).route(
      // An open path must name a route here; in the original it may name nothing, which is then not found.
      (app) => {
        app.get('/public/', { schema: { hide: true } }, () => {
          throw new Problem('not-found', 'There is nothing here.')
        })
      },
    ),
}
