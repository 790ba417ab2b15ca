import { auth, type AuthOptions, type ApiKeyStatus } from '@chapkit/auth'
import {
  buildService,
  compose,
  logging,
  parseServiceInfo,
  type ServerOptions,
  type ServiceApp,
  type ServiceModule,
  type ServicePlugin,
} from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'

/** A key of good length that is valid in most tests. */
export const KEY = 'sk_test_0123456789abcdef'

/** A service with a request log, keys and the given routes. It closes itself; `ready()` is the caller's. */
export function service(
  options: AuthOptions = { apiKeys: [KEY] },
  routes: ServicePlugin = exampleRoutes,
  server: ServerOptions = {},
) {
  const log = captureLog()
  const module: ServiceModule = {
    name: 'routes',
    async plugin(app) {
      await app.register(async (scope) => routes(scope as ServiceApp))
    },
  }
  const app = buildService({
    info: parseServiceInfo({ displayName: 'Test' }),
    modules: compose([module, auth(options), logging()]),
    server: { logStream: log.stream, ...server },
  }) as ServiceApp<{ apiKeys: ApiKeyStatus }>
  return { app: closing(app), log }
}

/** Routes that stand for those of a service. */
export const exampleRoutes: ServicePlugin = (app) => {
  app.get('/health', () => ({ status: 'healthy' }))
  app.get('/health/$stream', () => ({ secret: true }))
  app.get('/docs', () => 'docs')
  app.get('/docs/assets/a.js', { config: { partOf: '/docs' } }, () => 'asset')
  app.get('/docs-private', () => ({ secret: true }))
  app.get('/api/v1/configs', (request) => ({ key: request.apiKey }))
  app.post('/api/v1/configs', () => ({ secret: true }))
  app.get('/:tenant/data', () => ({ secret: true }))
}
