import { ServiceBuilder, Type } from 'chapkit'
import { environments } from './environments.ts'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  replicas: Type.Integer({ minimum: 1, maximum: 20, default: 1 }),
})

export const service = new ServiceBuilder({ displayName: 'Config service' })
  .withLogging()
  .withAuth()
  .withDatabase(process.env['DATABASE_URL'])
  .withConfig(AppConfig)
  .withHealth()
  .onStartup(async (app) => {
    for (const [name, data] of Object.entries(environments)) {
      if (await app.configs.findByName(name)) continue
      await app.configs.save({ name, data })
      app.log.info({ config: name }, 'config.seeded')
    }
  })

export default service.plugin()
export const options = service.options()
