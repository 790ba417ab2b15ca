import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({ debug: Type.Boolean({ default: false }) })

// region service
export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withAuth({ apiKeys: ['sk_dev_a1b2c3d4e5f6g7h8'] })
  .withConfig(AppConfig)
  .withHealth()
  .withRateLimit({
    limit: '100/m',
    perRoute: { 'POST /api/v1/configs': '2/m' },
  })
  // endregion service
  // region route
  .route((app) => {
    app.get('/api/v1/reports', { config: { rateLimit: '10/h' } }, () => [])
    app.get('/api/v1/status', { config: { rateLimit: false } }, () => ({ state: 'open' }))
  })
// endregion route
