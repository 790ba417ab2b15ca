import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HealthCheck } from '../health/health-check.ts'
import type { Redactor } from '../logging/redactor.ts'
import type { OpenApiContribution } from '../openapi/contributions.ts'
import type { WireServiceInfo } from '../service-info.ts'
import type { AppManifestEntry } from '../static-apps/manifest.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { MetricFamily } from './metric-family.ts'
import type { OpenStream } from './open-stream.ts'

/**
 * What every service has, whatever its modules: where modules meet without knowing each other.
 * It is `app.kernel`.
 */
export interface Kernel {
  /** The service's info as it goes over the wire. */
  readonly info: WireServiceInfo
  /** Takes secrets out of logs and problems. */
  readonly redactor: Redactor
  /** Health checks by name, in the order in which they are shown. Filled while modules register. */
  readonly healthChecks: Map<string, HealthCheck>
  /** What modules add to the OpenAPI document. Filled while modules register. */
  readonly openApi: OpenApiContribution[]
  /** What modules count, for `withMonitoring()`. Filled while modules register. */
  readonly metrics: MetricFamily[]
  /** Are told of each answer that is a stream, when its head is sent: it may stay open for days. Filled while modules register. */
  readonly streamBegins: ((request: FastifyRequest, reply: FastifyReply) => void)[]
  /** Event streams that are open. */
  readonly openStreams: Set<OpenStream>
  /** The other processes of the service, under `WORKERS=N`; else undefined. */
  readonly workers: WorkerLink | undefined
  /** Gives a request that does not go through the router its id. */
  readonly nextId: () => string
  /** Aborts when the service is told to close. It serves on for `shutdownDelay`, but is not ready any more. */
  readonly draining: AbortSignal
  /** Aborts when the service takes no request any more: open streams end then. */
  readonly closing: AbortSignal
  /** Milliseconds that a client has to send a body; 0 for no limit. */
  readonly requestTimeout: number
  /** Static apps that are served, in the order in which they are listed. */
  readonly apps: AppManifestEntry[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Where the modules of a chapkit service meet. */
    kernel: Kernel
  }

  interface FastifyContextConfig {
    /**
     * Path of the page that this route belongs to (`/docs` for the scripts of the docs page): where that page needs no
     * key, this route needs none either.
     */
    partOf?: string
    /** The handler of this route limits the time in which its body may come: the service's `requestTimeout` does not count. */
    limitsBodyTime?: boolean
    /** The route answers while the service is overloaded, as health checks do: it costs little, and its caller must know. */
    servedUnderLoad?: boolean
    /** What a key must be allowed to do to call this route: `['reports:read']`. Every one is needed. Default: any key will do. */
    scopes?: readonly string[]
    /** Limit of this route, beside that of the service: `'10/m'`; `false` for none at all, as health checks have it. */
    rateLimit?: string | false
  }
}
