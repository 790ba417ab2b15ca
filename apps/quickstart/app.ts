import { ServiceBuilder, Type } from 'chapkit'
import { dataFolder, keySource } from './development-key.ts'

/** What a config of this service holds. */
const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  retries: Type.Integer({ minimum: 0, maximum: 10, default: 3 }),
})

export const service = new ServiceBuilder({
  displayName: 'Quick start',
  summary: 'Configs behind an API key, in a SQLite file',
})
  .withLogging()
  .withAuth(keySource())
  .withDatabase(`sqlite:${dataFolder}/quickstart.db`)
  .withConfig(AppConfig)
  .withHealth()
  .withSystem()
  .withLandingPage()

export default service.plugin()
export const options = service.options()
