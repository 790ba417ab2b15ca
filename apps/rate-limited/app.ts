import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'Rate limited' })
  .withLogging()
  .withAuth()
  .withHealth()
  // region limit
  .withRateLimit({
    limit: '100/m',
    perRoute: { 'POST /api/v1/reports': '5/m' },
    // All replicas that use this Redis server have one limit.
    store: process.env['REDIS_URL'] || 'memory',
    timeout: Number(process.env['REDIS_TIMEOUT'] || 250),
  })
  // endregion limit
  .route((app) => {
    app.get('/api/v1/reports', () => [])
    app.post('/api/v1/reports', (_request, reply) => reply.code(202).send({ state: 'accepted' }))
  })

export default service.plugin()
export const options = service.options()
