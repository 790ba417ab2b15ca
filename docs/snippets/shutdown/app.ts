import { ServiceBuilder } from 'chapkit'

// region delay
const service = new ServiceBuilder({ displayName: 'My Service' }, { shutdownDelay: 5_000 }) // Milliseconds
  .withHealth()
  .withLogging()
// endregion delay

export default service.plugin()
export const options = service.options()
export { service }
