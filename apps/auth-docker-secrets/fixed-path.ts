import { ServiceBuilder } from 'chapkit'

// The path stands in the code: for a service that always finds its secret in the same place.
export const service = new ServiceBuilder({ displayName: 'Keys from a fixed path' })
  .withLogging()
  .withAuth({ apiKeyFile: '/run/secrets/api_keys' })
  .withHealth()

export default service.plugin()
export const options = service.options()
