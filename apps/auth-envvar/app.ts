import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
})

export const service = new ServiceBuilder({ displayName: 'Keys from the environment' })
  .withLogging()
  .withAuth() // Reads CHAPKIT_API_KEYS: keys between commas
  .withConfig(AppConfig)
  .withHealth()

export default service.plugin()
export const options = service.options()
