import { ServiceBuilder, Type } from 'chapkit'

const Report = Type.Object({ title: Type.String({ minLength: 1 }) }, { additionalProperties: false })

export const service = new ServiceBuilder({ displayName: 'Scoped keys' })
  .withLogging()
  .withAuth() // CHAPKIT_API_KEY_FILE names the file, which is followed while the service runs
  .withHealth()
  // region routes
  .route((app) => {
    const reports: unknown[] = [{ title: 'Sales in March' }]
    app.get('/api/v1/reports', { config: { scopes: ['reports:read'] } }, () => reports)
    app.post(
      '/api/v1/reports',
      { config: { scopes: ['reports:write'] }, schema: { body: Report } },
      (request, reply) => {
        reports.push(request.body)
        return reply.code(201).send(request.body)
      },
    )
  })
// endregion routes

export default service.plugin()
export const options = service.options()
