import { ServiceBuilder, run, Type } from 'chapkit'

/** A service whose routes put what they get into their errors, as careless code does. It takes its keys from the environment. */
const service = new ServiceBuilder({ displayName: 'Canary' })
  .withLogging()
  .withHealth()
  .withSystem()
  .withLandingPage()
  .withMonitoring()
  .withRateLimit({ limit: '1000000/m' })
  .withAuth({ headerName: process.env['CANARY_HEADER'], failureLimit: false })
  .withConfig(Type.Object({ environment: Type.String(), secret: Type.Optional(Type.Integer()) }))
  .route((app) => {
    app.get('/throw/:text', (request) => {
      const text = JSON.stringify([request.params, request.query, request.headers])
      throw Object.assign(new Error(`cannot use ${text}, ${String(request.headers['x-api-key'])}!`), {
        text,
        cause: new Error(text),
      })
    })
    app.get('/log/:text', (request) => {
      const { params, query, headers } = request
      request.log.trace(
        { params, query, headers, req: request },
        `asked with ${String(headers['x-api-key'])}`,
      )
      return { logged: true }
    })
  })

await run(service)
