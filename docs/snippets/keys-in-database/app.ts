import { databaseKeys, ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase('sqlite:data.db')
  .withAuth({ store: databaseKeys() })
  .withKeysApi()
  .route((app) => {
    app.get('/reports', { config: { scopes: ['reports:read'] } }, () => ({ reports: [] }))
  })
