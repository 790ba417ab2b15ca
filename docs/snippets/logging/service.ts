import { ServiceBuilder } from 'chapkit'

export const service = new ServiceBuilder({ displayName: 'My Service' }).withLogging().route((app) => {
  app.get('/api/v1/orders/:id', (request) => {
    request.log.info({ order: 4711 }, 'order.read')
    return { order: 4711 }
  })
})
