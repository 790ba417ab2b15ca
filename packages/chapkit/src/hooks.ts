import { InvalidOptionError, type ServiceApp, type ServiceModule, type ServicePlugin } from '@chapkit/core'

/** @throws CHAPKIT_ERR_INVALID_OPTION in plain JavaScript, where no compiler has looked. */
function assertFunction(value: unknown, call: string): void {
  if (typeof value !== 'function')
    throw new InvalidOptionError(`${call}: give it a function that takes the instance.`)
}

/** Routes of the user's own, in a scope of their own: a hook meant for them does not reach the rest. */
export function routes(name: string, plugin: ServicePlugin): ServiceModule {
  assertFunction(plugin, 'route()')
  return {
    name,
    async plugin(app) {
      await app.register(async (scope) => plugin(scope as ServiceApp))
    },
  }
}

/** A hook before the first request. */
export function startup(name: string, hook: ServicePlugin): ServiceModule {
  assertFunction(hook, 'onStartup()')
  return {
    name,
    plugin(app) {
      app.addHook('onReady', async () => hook(app))
    },
  }
}

/** A hook after the last request. Fastify closes in reverse order, so what it uses is still open. */
export function shutdown(name: string, hook: ServicePlugin): ServiceModule {
  assertFunction(hook, 'onShutdown()')
  return {
    name,
    plugin(app) {
      app.addHook('onClose', async () => hook(app))
    },
  }
}
