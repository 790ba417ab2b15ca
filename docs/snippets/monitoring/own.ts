import { ServiceBuilder } from 'chapkit'

// region own
export const service = new ServiceBuilder({ displayName: 'Orders' }).withMonitoring().route((app) => {
  const { meter, tracer, traceHeaders } = app.monitoring
  const orders = meter.createCounter('orders.made', { description: 'Orders that were made.' })
  const stock = process.env['STOCK_URL'] ?? 'http://stock:8000'

  app.get('/api/v1/orders/new', async (request) => {
    orders.add(1)
    return tracer.startActiveSpan('reserve', async (span) => {
      const answer = await fetch(`${stock}/api/v1/reservations`, { headers: traceHeaders(request) })
      span.end()
      return { reserved: answer.ok }
    })
  })
})
// endregion own
