import { parseOptions, type ServiceModule } from '@chapkit/core'
import { Type } from 'typebox'

/** What the module publishes on the instance. */
export interface Uptime {
  /** Seconds since the service was started. */
  seconds(): number
}

/** Options of `uptime()`. */
export interface UptimeOptions {
  /** Path of the route. Default: `/api/v1/uptime`. */
  readonly path?: string
  /** Seconds after which the service should be restarted. Default: never. */
  readonly restartAfter?: number
}

const Options = Type.Object(
  {
    path: Type.String({ pattern: '^/', default: '/api/v1/uptime' }),
    restartAfter: Type.Number({ minimum: 1, default: Number.MAX_SAFE_INTEGER }),
  },
  { additionalProperties: false },
)

/** Tells how long the service has been running. */
export function uptime(options: UptimeOptions = {}): ServiceModule<{ uptime: Uptime }> {
  const { path, restartAfter } = parseOptions(Options, options, 'uptime()')
  return {
    name: 'uptime',
    plugin(app) {
      const start = performance.now()
      const seconds = (): number => (performance.now() - start) / 1000

      app.decorate('uptime', { seconds })
      app.kernel.healthChecks.set('uptime', () =>
        seconds() < restartAfter
          ? { state: 'healthy' }
          : { state: 'degraded', message: 'The service should be restarted.' },
      )
      app.get(path, { schema: { summary: 'Seconds since the start', tags: ['Service'] } }, () => ({
        seconds: seconds(),
      }))
    },
  }
}
