import { type AppDeclaration, apps, compose, parseServerOptions, parseServiceInfo } from '@chapkit/core'
import type { ServerOptions, ServiceDefinition, ServiceInfo, ServiceModule } from '@chapkit/core'
import type { WireServiceInfo } from '@chapkit/core'
import { database, USER_MIGRATIONS } from '@chapkit/data'

/** What the calls of a builder have collected. */
export class ServiceParts {
  /** In the order of the calls. */
  readonly modules: ServiceModule[] = []
  /** What comes after all modules: routes and hooks of the user's own. */
  readonly last: ServiceModule[] = []
  readonly apps: AppDeclaration[] = []
  readonly #info: WireServiceInfo
  readonly #server: ServerOptions

  /** @throws CHAPKIT_ERR_INVALID_OPTION for an info or an option that is not valid. */
  constructor(info: ServiceInfo, options: ServerOptions) {
    this.#info = parseServiceInfo(info)
    parseServerOptions(options)
    this.#server = options
  }

  /**
   * The service that they make.
   *
   * @throws CHAPKIT_ERR_COMPOSITION when a module misses one that it needs, or is given twice.
   */
  definition(): ServiceDefinition {
    const modules = this.apps.length > 0 ? [...this.modules, apps(this.apps)] : [...this.modules]
    const missesDatabase = modules.some(({ needs }) => needs?.includes('database'))
    if (missesDatabase && !modules.some(({ name }) => name === 'database')) modules.push(database())
    // The user's migrations find the tables of all modules, and the user's routes find the tables of the migrations.
    const [migrations, others] = [modules.filter(isMigrations), modules.filter((one) => !isMigrations(one))]
    return {
      info: this.#info,
      modules: compose([...others, ...migrations, ...this.last]),
      server: this.#server,
    }
  }
}

function isMigrations({ name }: ServiceModule): boolean {
  return name === USER_MIGRATIONS
}
