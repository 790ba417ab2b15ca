import { ServiceBuilder } from 'chapkit'
import { readFromB } from './read-from-b.ts'

/** The service that clients call. It asks service B, with a key that only the two of them know. */
export const service = new ServiceBuilder({ displayName: 'Service A' })
  .withLogging()
  .withAuth()
  .withHealth()
  .route((app) => {
    app.get('/api/v1/total', async () => {
      const { values } = await readFromB()
      return { total: values.reduce((sum, value) => sum + value, 0) }
    })
  })

export default service.plugin()
export const options = service.options()
