import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
})

export const service = new ServiceBuilder({ displayName: 'Keys in a header of your own' })
  .withLogging()
  .withAuth({ headerName: 'X-Custom-API-Key' })
  .withConfig(AppConfig)
  .withHealth()

export default service.plugin()
export const options = service.options()
