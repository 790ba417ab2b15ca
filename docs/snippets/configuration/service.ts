import { Problem, ServiceBuilder, Type } from 'chapkit'

// region schema
const AppConfig = Type.Object({
  environment: Type.Enum(['production', 'staging', 'development']),
  debug: Type.Boolean({ default: false }),
  retries: Type.Integer({ minimum: 0, maximum: 10, default: 3 }),
  tags: Type.Array(Type.String(), { default: [] }),
})
// endregion schema

const NameOfConfig = Type.Object({ name: Type.String() })

export const service = new ServiceBuilder({ displayName: 'My Service' })
  // region with
  .withDatabase('sqlite:my-service.db')
  .withConfig(AppConfig)
  // endregion with
  // region route
  .route((app) => {
    app.get('/api/v1/retries/:name', { schema: { params: NameOfConfig } }, async (request) => {
      const config = await app.configs.findByName(request.params.name)
      if (!config) throw new Problem('not-found', `There is no config named ${request.params.name}.`)
      return { retries: config.data.retries } // data has the type of AppConfig
    })
  })
// endregion route
