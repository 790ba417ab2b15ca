import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'

/** Closes the app when the test ends, however it ends. Use it on every app that a test makes. */
export function closing<App extends Pick<FastifyInstance, 'close'>>(app: App): App {
  onTestFinished(async () => {
    await app.close()
  })
  return app
}

/** Starts to listen on a free port of 127.0.0.1 and gives the port; the app is closed when the test ends. */
export async function listening(app: FastifyInstance): Promise<number> {
  closing(app)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return Number(new URL(address).port)
}
