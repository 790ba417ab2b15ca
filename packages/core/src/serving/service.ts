import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { UnsafeInstanceError } from '../errors.ts'
import { installKernel } from '../kernel/install-kernel.ts'
import { docsPages } from '../openapi/docs-pages.ts'
import type { WireServiceInfo } from '../service-info.ts'
import type { ServiceApp, ServiceModule } from '../service-module.ts'
import { infoRoute } from '../system/info-route.ts'
import { adopt } from './adopt.ts'
import { deferUntilLoaded } from './defer-until-loaded.ts'
import { MODULES } from './modules-of.ts'
import { PREPARED, type PreparedServerOptions, type ServerOptions, serverOptions } from './server-options.ts'

/** A service that is put together but not yet running: all that the builder collected. */
export interface ServiceDefinition {
  readonly info: WireServiceInfo
  /** In the order in which they are registered. */
  readonly modules: readonly ServiceModule[]
  readonly server: ServerOptions
}

/** Options for `Fastify()`, and for the `options` export that `fastify start --options` reads. */
export function serviceOptions({ modules, server }: ServiceDefinition): PreparedServerOptions {
  // Without a request log there are still warnings and errors.
  const logs = modules.some(({ name }) => name === 'logging')
  return serverOptions(server, logs ? 'info' : 'warn')
}

/** The service as one Fastify instance; its plugins load at `ready()` or `listen()`. */
export function buildService(definition: ServiceDefinition): ServiceApp {
  const options = serviceOptions(definition)
  const app = Fastify(options) as unknown as FastifyInstance
  const loaded = deferUntilLoaded(app)
  app.register(
    fp(async (root) => {
      loaded()
      await root.register(servicePlugin(definition), options)
    }),
  )
  return app
}

/**
 * The service as a Fastify plugin. It is wrapped with fastify-plugin, so that its hooks reach the whole instance.
 *
 * @throws CHAPKIT_ERR_UNSAFE_INSTANCE, when it is loaded, where its hooks would not see every request.
 */
export function servicePlugin(definition: ServiceDefinition): FastifyPluginAsync<object> {
  const plugin: FastifyPluginAsync<Partial<PreparedServerOptions>> = async (app, given) => {
    assertEmptyRoot(app)
    const options = given[PREPARED] ? (given as PreparedServerOptions) : serviceOptions(definition)
    if (!given[PREPARED]) adopt(app, options, Object.keys(definition.server))
    installKernel(app, definition.info, options[PREPARED])
    for (const { name, needs, plugin: register } of withOwnRoutes(definition.modules)) {
      await app.register(
        fp(async (scope) => register(scope as unknown as ServiceApp), {
          name,
          dependencies: [...(needs ?? [])],
        }),
      )
    }
  }
  const wrapped = fp(plugin, { name: 'chapkit', fastify: '5.x' }) as FastifyPluginAsync<object>
  return Object.assign(wrapped, { [MODULES]: definition.modules })
}

/** What every service offers comes after the modules that are early, which guard and log it, and before all others. */
function withOwnRoutes(modules: readonly ServiceModule[]): ServiceModule[] {
  const early = modules.findLastIndex(({ order }) => order === 'early') + 1
  const own: ServiceModule[] = [
    { name: 'docs', plugin: docsPages },
    { name: 'info', plugin: infoRoute },
    ...modules.flatMap(({ name, routes }) => (routes ? { name: `${name}-routes`, plugin: routes } : [])),
  ]
  return [...modules.slice(0, early), ...own, ...modules.slice(early)]
}

/** Hooks see only routes that come after them: a route before the service, or beside it, would need no key. */
function assertEmptyRoot(app: FastifyInstance): void {
  if (app.prefix !== '') {
    throw new UnsafeInstanceError(
      `The service is registered under the prefix '${app.prefix}', where it would guard only a part of the instance. Register it on the root.`,
    )
  }
  if (app.printRoutes().trim() !== '(empty tree)') {
    throw new UnsafeInstanceError(
      'The instance has routes already, which the service would not guard. ' +
        'Add them in a plugin that is registered after the service, or after `await app.register(service.plugin())`.',
    )
  }
}
