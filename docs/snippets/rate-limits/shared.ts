import { ServiceBuilder } from 'chapkit'

// region shared
export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withAuth()
  .withRateLimit({ limit: '100/m', store: 'redis://localhost:6379' })
// endregion shared
