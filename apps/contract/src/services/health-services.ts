import { type HealthOptions, ServiceBuilder } from 'chapkit'
import { down, exploding, fine, healthy, slow } from './health-checks.ts'
import { contractInfo } from './infos.ts'

function healthService(options: HealthOptions = {}) {
  return () => new ServiceBuilder(contractInfo).withDatabase().withHealth(options)
}

/** Services whose health has each state. */
export const healthServices = {
  health: healthService(),
  'health-none': healthService({ includeDatabaseCheck: false }),
  'health-prefix': healthService({ prefix: '/healthz', includeDatabaseCheck: false }),
  'health-healthy': healthService({ checks: { cache: healthy, queue: fine } }),
  'health-degraded': healthService({ checks: { cache: healthy, queue: slow } }),
  'health-unhealthy': healthService({ checks: { cache: slow, queue: down, last: slow } }),
  'health-crash': healthService({ checks: { cache: healthy, queue: exploding } }),
}
