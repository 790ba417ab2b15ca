import { ServiceBuilder } from 'chapkit'

/** The service that has the data. It takes the keys of its own CHAPKIT_API_KEYS. */
export const service = new ServiceBuilder({ displayName: 'Service B' })
  .withLogging()
  .withAuth()
  .withHealth()
  .route((app) => {
    app.get('/api/v1/data', () => ({ values: [1, 2, 3] }))
  })

export default service.plugin()
export const options = service.options()
