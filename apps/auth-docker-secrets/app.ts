import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'Keys from a secret' })
  .withLogging()
  .withAuth() // CHAPKIT_API_KEY_FILE names the file, with one key a line
  .withHealth()

export default service.plugin()
export const options = service.options()
