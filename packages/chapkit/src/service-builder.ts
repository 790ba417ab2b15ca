import { type ArtifactOptions, artifacts } from '@chapkit/artifacts'
import { auth, type AuthOptions } from '@chapkit/auth'
import { config, type ConfigOptions } from '@chapkit/config'
import { buildService, cors, discoverApps, health, landingPage, loadApp, logging } from '@chapkit/core'
import { serviceOptions, servicePlugin, system } from '@chapkit/core'
import type { AppPath, CorsOptions, HealthOptions, PreparedServerOptions, ServerOptions } from '@chapkit/core'
import type { ServiceApp, ServiceInfo, ServiceModule, ServicePlugin, SystemOptions } from '@chapkit/core'
import { database as databaseModule, userMigrations } from '@chapkit/data'
import type { Database, DatabaseOptions, Migrations } from '@chapkit/data'
import { keysApi, type KeysApiOptions } from '@chapkit/key-store'
import { monitoring, type MonitoringOptions } from '@chapkit/monitoring'
import { rateLimit, type RateLimitOptions } from '@chapkit/rate-limit'
import type { TObject } from 'typebox'
import { routes, shutdown, startup } from './hooks.ts'
import { ServiceParts } from './service-parts.ts'

/** Puts a service together: each call adds a module, in any order; nothing happens before `build()`. */
export class ServiceBuilder<Decorators = unknown> {
  readonly #parts: ServiceParts

  /**
   * @param info - Name, version and description of the service; members of your own are kept.
   * @param options - What the server may do: limits, time-outs, where the log goes.
   * @throws CHAPKIT_ERR_INVALID_OPTION for an info without `displayName`, or an option that is unknown or not valid.
   */
  constructor(info: ServiceInfo, options: ServerOptions = {}) {
    this.#parts = new ServiceParts(info, options)
  }

  /** Adds a module of your own, or of somebody else's. `Decorators` grows by what it publishes on the instance. */
  with<Added>(module: ServiceModule<Added>): ServiceBuilder<Decorators & Added> {
    this.#parts.modules.push(module)
    return this as unknown as ServiceBuilder<Decorators & Added>
  }

  /** Asks for an API key on every route but the public ones. See {@link AuthOptions}. */
  withAuth(options?: AuthOptions) {
    return this.with(auth(options))
  }

  /** Offers `/api/v1/keys` to keys with the scope `keys:admin`, for keys in the database. See {@link KeysApiOptions}. */
  withKeysApi(options?: KeysApiOptions) {
    return this.with(keysApi(options))
  }

  /** Stores configs of the given schema, under `/api/v1/configs` and as `app.configs`. See {@link ConfigOptions}. */
  withConfig<Schema extends TObject>(schema: Schema, options?: ConfigOptions) {
    return this.with(config(schema, options))
  }

  /** Stores artifacts in a tree, under `/api/v1/artifacts` and as `app.artifacts`. See {@link ArtifactOptions}. */
  withArtifacts(options?: ArtifactOptions) {
    return this.with(artifacts(options))
  }

  /** Chooses the database: `sqlite:data.db`, `postgres://…` or a {@link Database} of your own. Default: DATABASE_URL, else memory. */
  withDatabase(database?: string | Database, options?: DatabaseOptions) {
    return this.with(databaseModule(database, options))
  }

  /** Runs migrations of your own at start, after those of the modules; `chapkit migrate` knows them as the stream `service`. */
  withMigrations(migrations: Migrations) {
    return this.with(userMigrations(migrations))
  }

  /** Offers `/health`, its probes and its stream. See {@link HealthOptions}. */
  withHealth(options?: HealthOptions) {
    return this.with(health(options))
  }

  /** Offers `/api/v1/system` and `/api/v1/system/apps`. */
  withSystem(options?: SystemOptions) {
    return this.with(system(options))
  }

  /** Logs every request. LOG_FORMAT and LOG_LEVEL say how. */
  withLogging(options?: Record<string, never>) {
    return this.with(logging(options))
  }

  /** Counts and measures, for Prometheus at `/metrics`, and sends traces if it is asked to. See {@link MonitoringOptions}. */
  withMonitoring(options?: MonitoringOptions) {
    return this.with(monitoring(options))
  }

  /** Limits how often a key, or an address without one, may call the service. See {@link RateLimitOptions}. */
  withRateLimit(options: RateLimitOptions) {
    return this.with(rateLimit(options))
  }

  /** Shows a page at `/` that tells what the service is. */
  withLandingPage() {
    return this.with(landingPage())
  }

  /** Serves the static app in a folder (with a manifest.json), at the prefix of its manifest or the one given. */
  withApp(path: AppPath, prefix?: string): this {
    this.#parts.apps.push(loadApp(path, prefix))
    return this
  }

  /** Serves every static app in the folders of this folder. */
  withApps(path: AppPath): this {
    this.#parts.apps.push(...discoverApps(path))
    return this
  }

  /** Lets browsers of other origins call the service. See {@link CorsOptions}. */
  withCors(options: CorsOptions) {
    return this.with(cors(options))
  }

  /** Adds routes of your own. They see what modules publish, and need a key when the others do. */
  route(plugin: ServicePlugin<Decorators>): this {
    this.#parts.last.push(routes(`routes-${this.#parts.last.length}`, plugin as ServicePlugin))
    return this
  }

  /** Runs a hook before the service takes its first request; hooks run in the order of the calls. */
  onStartup(hook: ServicePlugin<Decorators>): this {
    this.#parts.last.push(startup(`startup-${this.#parts.last.length}`, hook as ServicePlugin))
    return this
  }

  /** Runs a hook when the service has answered its last request, before modules close what they opened. */
  onShutdown(hook: ServicePlugin<Decorators>): this {
    this.#parts.last.push(shutdown(`shutdown-${this.#parts.last.length}`, hook as ServicePlugin))
    return this
  }

  /**
   * The service as a Fastify instance; its plugins load at `ready()` or `listen()`.
   * @throws CHAPKIT_ERR_COMPOSITION when a module misses one that it needs, or is given twice.
   */
  build(): ServiceApp<Decorators> {
    return buildService(this.#parts.definition()) as ServiceApp<Decorators>
  }

  /** The service as a plugin: the default export of a file for `fastify start`. */
  plugin(): ReturnType<typeof servicePlugin> {
    return servicePlugin(this.#parts.definition())
  }

  /** Options of the service's Fastify instance: the `options` export that `fastify start --options` reads. */
  options(): PreparedServerOptions {
    return serviceOptions(this.#parts.definition())
  }
}
