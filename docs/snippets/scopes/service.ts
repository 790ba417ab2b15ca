import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({ debug: Type.Boolean({ default: false }) })

// region service
export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withAuth({ failureLimit: '10/m' })
  .withConfig(AppConfig)
  .route((app) => {
    app.get('/api/v1/reports', { config: { scopes: ['reports:read'] } }, () => [])
    app.post('/api/v1/reports', { config: { scopes: ['reports:write'] } }, (_request, reply) =>
      reply.code(202).send({ state: 'accepted' }),
    )
    app.get('/api/v1/audit', { config: { scopes: ['reports:read', 'audit:admin'] } }, () => [])
  })
// endregion service
