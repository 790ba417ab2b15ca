import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { auth, type ApiKeyStatus, type AuthOptions } from '@chapkit/auth'
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
import { captureLog, closing, temporaryFolder } from '@chapkit/testing'

/** A key of good length that is valid in most tests. */
export const KEY = 'sk_test_0123456789abcdef'

/** A service with a request log, keys and the given routes, ready for requests. It closes itself. */
export async function start(
  options?: AuthOptions,
  routes: ServicePlugin = exampleRoutes,
  server: ServerOptions = {},
  modules: readonly ServiceModule[] = [],
) {
  const log = captureLog()
  const own: ServiceModule = {
    name: 'routes',
    async plugin(app) {
      await app.register(async (scope) => routes(scope as ServiceApp))
    },
  }
  const app = buildService({
    info: parseServiceInfo({ displayName: 'Test' }),
    modules: compose([...modules, own, auth(options), logging()]),
    server: { logStream: log.stream, ...server },
  }) as ServiceApp<{ apiKeys: ApiKeyStatus }>
  await closing(app).ready()
  return { app, log }
}

/** Routes that stand for those of a service. */
export const exampleRoutes: ServicePlugin = (app) => {
  app.get('/health', () => ({ status: 'healthy' }))
  app.get('/health/$stream', () => ({ secret: true }))
  app.get('/page', () => 'page')
  app.get('/page/assets/page.js', { config: { partOf: '/page' } }, () => 'asset')
  app.get('/page-private', () => ({ secret: true }))
  app.get('/api/v1/configs', (request) => ({ key: request.apiKey }))
  app.post('/api/v1/configs', (request) => ({ body: request.body }))
  app.get('/:tenant/data', () => ({ secret: true }))
}

/** Status of `GET /api/v1/configs` with a key in the header `X-API-Key`. */
export async function statusWith(app: ServiceApp, key: string): Promise<number> {
  const { statusCode } = await app.inject({ url: '/api/v1/configs', headers: { 'x-api-key': key } })
  return statusCode
}

/** Path of a new file with this text. */
export function withKeyFile(text: string | Buffer): string {
  const file = join(temporaryFolder(), 'api_keys.txt')
  writeFileSync(file, text)
  return file
}
