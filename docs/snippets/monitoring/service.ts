import { ServiceBuilder } from 'chapkit'

// region service
export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withLogging()
  .withAuth()
  .withMonitoring({
    traces: { url: 'http://collector:4318/v1/traces', sampleRatio: 0.1 },
  })
// endregion service
