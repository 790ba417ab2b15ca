import type { ServiceApp, ServiceModule, ServicePlugin } from '@chapkit/core'

/** Routes of the user's own, in a scope of their own: a hook meant for them does not reach the rest. */
export function routes(name: string, plugin: ServicePlugin): ServiceModule {
  return {
    name,
    async plugin(app) {
      await app.register(async (scope) => plugin(scope as ServiceApp))
    },
  }
}

/** A hook before the first request. */
export function startup(name: string, hook: ServicePlugin): ServiceModule {
  return {
    name,
    plugin(app) {
      app.addHook('onReady', async () => hook(app))
    },
  }
}

/** A hook after the last request. Fastify closes in reverse order, so what it uses is still open. */
export function shutdown(name: string, hook: ServicePlugin): ServiceModule {
  return {
    name,
    plugin(app) {
      app.addHook('onClose', async () => hook(app))
    },
  }
}
