import {
  buildService,
  compose,
  parseServiceInfo,
  type ServerOptions,
  type ServiceModule,
} from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'

/** A service of the given modules, its log, and what it is told to be; closed when the test ends. */
export function service(modules: readonly ServiceModule[] = [], server: ServerOptions = {}) {
  const log = captureLog()
  const app = closing(
    buildService({
      info: parseServiceInfo({ displayName: 'Test' }),
      modules: compose(modules),
      server: { logStream: log.stream, ...server },
    }),
  )
  return { app, log }
}

/** A module of routes alone. */
export function routes(plugin: ServiceModule['plugin'], name = 'test-routes'): ServiceModule {
  return { name, plugin }
}
