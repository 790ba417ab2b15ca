import { DEFAULT_UNAUTHENTICATED_PATHS, ServiceBuilder, type ServiceApp } from 'chapkit'

const info = { displayName: 'My Service' }

const ownRoutes = (app: ServiceApp): void => {
  app.get('/public', () => ({ open: true }))
  app.get('/status', () => ({ open: true }))
  app.get('/private', () => ({ open: false }))
}

export const fromFile = new ServiceBuilder(info)
  // region file
  .withAuth({ apiKeyFile: '/run/secrets/api_keys' })
// endregion file

export const direct = new ServiceBuilder(info)
  // region direct
  .withAuth({ apiKeys: ['sk_dev_0123456789abcdef'] }) // NOT for production
// endregion direct

export const all = new ServiceBuilder(info)
  // region all
  .withAuth({
    apiKeys: undefined, // Keys in code (development only)
    apiKeyFile: undefined, // Path of a file with keys (secrets)
    envVar: 'CHAPKIT_API_KEYS', // Name of the environment variable with keys
    headerName: 'X-API-Key', // Header that takes the key
    unauthenticatedPaths: undefined, // Paths that need no key
  })
// endregion all

export const replaced = new ServiceBuilder(info)
  .withHealth()
  .route(ownRoutes)
  // region replace
  .withAuth({ unauthenticatedPaths: ['/health', '/public', '/status'] })
// endregion replace

export const none = new ServiceBuilder(info)
  .withHealth()
  // region none
  .withAuth({ unauthenticatedPaths: [] })
// endregion none

export const extended = new ServiceBuilder(info)
  .withHealth()
  .route(ownRoutes)
  // region extend
  .withAuth({ unauthenticatedPaths: [...DEFAULT_UNAUTHENTICATED_PATHS, '/public', '/status'] })
// endregion extend

export const customHeader = new ServiceBuilder(info)
  // region header
  .withAuth({ headerName: 'X-Custom-API-Key' })
// endregion header
