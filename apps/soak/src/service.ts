import { setTimeout as sleep } from 'node:timers/promises'
import { databaseKeys, run, sendEvents, ServiceBuilder, Type } from 'chapkit'

/**
 * The complete stack, in operation. Its keys are in the database at DATABASE_URL, else in CHAPKIT_API_KEY_FILE. SLOW_LIMIT is how many
 * milliseconds a client may take to send a header, and then a body; MAX_EVENT_LOOP_DELAY how many the event loop may be late.
 */
const slowLimit = Number(process.env['SLOW_LIMIT'] ?? 20_000)
const maxDelay = process.env['MAX_EVENT_LOOP_DELAY']
const limits = {
  headersTimeout: slowLimit,
  requestTimeout: slowLimit,
  connectionsCheckingInterval: 500,
  ...(maxDelay !== undefined && { maxEventLoopDelay: Number(maxDelay) }),
}

const service = new ServiceBuilder({ displayName: 'Soaked' }, limits)
  .withAuth(process.env['DATABASE_URL'] === undefined ? {} : { store: databaseKeys() })
  .withRateLimit({ limit: '1000000000/m' })
  .withMonitoring()
  .withLogging()
  .withHealth()
  .withSystem()
  .route((routes) => {
    routes.get('/hello', { config: { scopes: ['hello:read'] } }, () => ({ message: 'hello' }))

    routes.post('/upload', { schema: { body: Type.Object({ text: Type.String() }) } }, ({ body }) => ({
      characters: body.text.length,
    }))

    /** An event each 20 ms, as large as asked. */
    routes.get(
      '/events',
      { schema: { querystring: Type.Object({ size: Type.Integer() }) } },
      (request, reply) =>
        sendEvents(reply, async function* (signal) {
          const text = '.'.repeat(request.query.size)
          for (let number = 1; !signal.aborted; number++) {
            yield { number, text }
            await sleep(20, undefined, { signal, ref: false }).catch(() => undefined)
          }
        }),
    )

    /** Keeps the processor busy for 5 ms. */
    routes.get('/work', () => {
      const end = performance.now() + 5
      while (performance.now() < end);
      return { done: true }
    })

    /** What is left after a collection of garbage; needs --expose-gc. */
    routes.get('/memory', { config: { rateLimit: false } }, () => {
      globalThis.gc?.()
      globalThis.gc?.()
      const { heapUsed, rss } = process.memoryUsage()
      return { heapUsed, rss }
    })
  })

if (process.env['DATABASE_URL'] !== undefined) service.withDatabase().withKeysApi()

await run(service)
