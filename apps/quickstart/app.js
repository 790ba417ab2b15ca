// A service in plain JavaScript, for `fastify start app.js`. Keys come from CHAPKIT_API_KEYS; configs are kept in memory.
import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
})

const service = new ServiceBuilder({ displayName: 'My Service' })
  .withLogging()
  .withAuth()
  .withConfig(AppConfig)
  .withHealth()

export default service.plugin()
export const options = service.options()
