// The module contract
export type { DecoratorsOf, ServiceApp, ServiceModule, ServicePlugin } from './service-module.ts'
export { compose } from './compose.ts'
export type { Kernel } from './kernel/kernel.ts'
export type { MetricFamily, MetricLabels, MetricSample } from './kernel/metric-family.ts'
export type { OpenStream } from './kernel/open-stream.ts'
export type { WorkerAnswer, WorkerHub, WorkerLink } from './workers/worker-link.ts'
export { checkedOption, functionOption, parseOptions, pathOption } from './parse-options.ts'
export { faultsOf, type SchemaFault } from './check-schema.ts'
export { nearMisses } from './near-misses.ts'
export {
  CompositionError,
  InvalidAppError,
  InvalidOptionError,
  ListenError,
  UnsafeInstanceError,
  WorkerLinkError,
} from './errors.ts'

// Service info
export { parseServiceInfo, type ServiceInfo, type WireServiceInfo } from './service-info.ts'

// Serving
export { buildService, type ServiceDefinition, serviceOptions, servicePlugin } from './serving/service.ts'
export { modulesOf } from './serving/modules-of.ts'
export {
  parseServerOptions,
  type PreparedServerOptions,
  type ServerOptions,
} from './serving/server-options.ts'
export { run, type RunOptions } from './serving/run.ts'
export type { Runnable } from './serving/serve.ts'
export { cors, type CorsOptions } from './cors.ts'
export { sendEvents, type SendEventsOptions } from './server-sent-events.ts'

// Problems (RFC 9457)
export { Problem, type ProblemOptions } from './problems/problem.ts'
export { toProblem } from './problems/to-problem.ts'
export { sendProblem } from './problems/send-problem.ts'
export {
  PROBLEM_CONTENT_TYPE,
  PROBLEM_TYPE_PREFIX,
  PROBLEM_TYPES,
  type ProblemDetail,
  ProblemDetailSchema,
  type ProblemType,
} from './problems/problem-detail.ts'

// Requests
export { closeUnread } from './requests/close-unread.ts'
export { requestIds as ulidFactory } from './requests/request-id.ts'
export { requestPath } from './requests/request-path.ts'

// Limits
export { clientNetwork } from './limits/client-network.ts'
export { type Limit, parseLimit } from './limits/limit.ts'
export { LimitTable } from './limits/limit-table.ts'
export { groupSize, SlidingWindow } from './limits/sliding-window.ts'

// Logging
export { logging } from './logging/logging.ts'
export { LogEvent } from './logging/event.ts'
export { logEvent } from './logging/log-event.ts'
export { wholeText } from './logging/number-text.ts'
export { type RequestTrace, setTrace } from './logging/request-log.ts'
export { REDACTED, type SecretRecogniser } from './logging/redactor.ts'

// Health
export { health } from './health/health.ts'
export type { HealthOptions } from './health/options.ts'
export type {
  HealthCheck,
  HealthCheckResult,
  HealthState,
  LimitedHealthCheck,
} from './health/health-check.ts'

// OpenAPI
export type { OpenApiContribution, OperationSchema } from './openapi/contributions.ts'
export { problemResponses } from './openapi/problem-responses.ts'
export { docsPages } from './openapi/docs-pages.ts'

// Pages and apps
export { landingPage } from './landing/landing-page.ts'
export { apps } from './static-apps/apps.ts'
export { type AppDeclaration, type AppPath, discoverApps, loadApp } from './static-apps/load-app.ts'
export type { AppManifestEntry } from './static-apps/manifest.ts'

// System
export { infoRoute } from './system/info-route.ts'
export { system, type SystemOptions } from './system/system.ts'
