import { ServiceBuilder, Type } from 'chapkit'
import { priceOf } from './price-of.ts'

/** Takes orders. What it counts and how long things take is for Prometheus to read, and for Grafana to show. */
export const service = new ServiceBuilder({ displayName: 'Orders' })
  .withLogging()
  .withAuth()
  .withHealth()
  .withMonitoring()
  .route((app) => {
    const { meter, tracer } = app.monitoring
    const ordered = meter.createCounter('orders.items', { description: 'Items that were ordered.' })
    const OrderSchema = Type.Object({ item: Type.String(), count: Type.Integer({ minimum: 1 }) })
    const schema = { body: OrderSchema }

    app.post('/api/v1/orders', { schema, config: { scopes: ['orders:write'] } }, async (request, reply) => {
      const { item, count } = request.body
      // A span of the service's own: a child of the request's.
      const price = await tracer.startActiveSpan('price', async (span) => {
        try {
          return await priceOf(item)
        } finally {
          span.end()
        }
      })
      ordered.add(count)
      return reply.code(201).send({ item, count, total: price * count })
    })
  })

export default service.plugin()
export const options = service.options()
