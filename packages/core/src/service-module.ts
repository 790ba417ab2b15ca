import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { WorkerHub } from './workers/worker-link.ts'

/**
 * The Fastify instance of a service: schemas are TypeBox, and `Decorators` holds what its modules publish on it
 * (`app.configs`, for example).
 */
export type ServiceApp<Decorators = unknown> = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
> &
  Decorators

/** A Fastify plugin, or a hook of the builder, written against a {@link ServiceApp}. */
export type ServicePlugin<Decorators = unknown> = (app: ServiceApp<Decorators>) => void | Promise<void>

/**
 * One capability of a service: data around an ordinary Fastify plugin. A service is a list of these.
 *
 * Options are checked when the function that makes the module is called, so that its caller stands in the stack trace.
 * What a module opens it closes in its own `onClose` hook.
 */
export interface ServiceModule<Decorators = unknown> {
  /** Name of the module, which is also its plugin's name: lower case, kebab-case. Unique in a service. */
  readonly name: string
  /** Names of the modules that must be present. They are registered before this one, whatever the order of calls. */
  readonly needs?: readonly string[]
  /** Names of modules that are registered before this one when they are present, and not missed when they are not. */
  readonly after?: readonly string[]
  /**
   * `early` is registered before all others: a hook reaches only routes that come after it, so modules that guard or log every
   * request are early. `late` is registered after all others and takes the paths that they left. Default: in between.
   */
  readonly order?: 'early' | 'late'
  /** Registers hooks, decorators and routes. It is wrapped with `fastify-plugin`, so its hooks reach the whole service. */
  readonly plugin: ServicePlugin
  /**
   * Routes of a module that is `early`: they are registered after all such modules, so that these guard and log them, too.
   * Other modules register theirs in `plugin`.
   */
  readonly routes?: ServicePlugin
  /** Under `WORKERS=N`: what the module does in the primary process, which serves no request itself. */
  readonly inPrimary?: (hub: WorkerHub) => void
  /** Types only: what the plugin decorates the instance with. Never set at run time. */
  readonly decorates?: Decorators
}

/** What a module publishes on the instance, read off its type. */
export type DecoratorsOf<Module> = Module extends ServiceModule<infer Decorators> ? Decorators : unknown
