import type { HealthCheck } from '../health/health-check.ts'
import type { Redactor } from '../logging/redactor.ts'
import type { OpenApiContribution } from '../openapi/contributions.ts'
import type { WireServiceInfo } from '../service-info.ts'
import type { AppManifestEntry } from '../static-apps/manifest.ts'

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
  /** Gives a request that does not go through the router its id. */
  readonly nextId: () => string
  /** Aborts when the service begins to close: open streams end then. */
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
  }
}
