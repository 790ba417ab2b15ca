import { ServiceBuilder, Type } from 'chapkit'

const MyConfig = Type.Object({ environment: Type.String() })

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withConfig(MyConfig)
  .onStartup(async (app) => {
    await app.configs.save({ name: 'default', data: { environment: 'production' } })
  })
  .onShutdown(async (app) => {
    const configs = await app.configs.list()
    app.log.warn({ configs: configs.length }, 'service.stopping')
  })
