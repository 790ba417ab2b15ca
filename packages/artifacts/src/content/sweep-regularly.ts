import type { FastifyInstance } from 'fastify'
import type { ContentStore } from './content-store.ts'

/** Milliseconds between two sweeps. */
const INTERVAL = 3_600_000

/** Sweeps when the service is ready and each hour; when it closes, waits for what is being written. */
export function sweepRegularly(app: FastifyInstance, contents: ContentStore): void {
  let running: Promise<void> | undefined
  const sweep = (): void => {
    running ??= contents
      .sweep()
      .catch((error: unknown) => app.log.warn({ error }, 'artifacts.sweep_failed'))
      .finally(() => (running = undefined))
  }
  const timer = setInterval(sweep, INTERVAL).unref()
  app.addHook('onReady', (done) => {
    sweep()
    done()
  })
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await Promise.all([running, contents.settle()])
  })
}
