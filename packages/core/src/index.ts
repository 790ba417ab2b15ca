// The module contract
export type { DecoratorsOf, ServiceApp, ServiceModule, ServicePlugin } from './service-module.ts'
export { compose } from './compose.ts'
export type { Kernel } from './app-kernel.ts'
export { checkedOption, functionOption, parseOptions, pathOption } from './parse-options.ts'
export {
  CompositionError,
  InvalidAppError,
  InvalidOptionError,
  ListenError,
  UnsafeInstanceError,
} from './errors.ts'

// Service info
export type { ServiceInfo, WireServiceInfo } from './service-info.ts'

// Problems (RFC 9457)
export { Problem, type ProblemOptions } from './problems/problem.ts'
export {
  PROBLEM_CONTENT_TYPE,
  PROBLEM_TYPE_PREFIX,
  PROBLEM_TYPES,
  type ProblemDetail,
  ProblemDetailSchema,
  type ProblemType,
} from './problems/problem-detail.ts'

// Requests
export { requestPath } from './request-path.ts'

// Logging
export { REDACTED, type SecretRecogniser } from './logging/redactor.ts'

// Health
export type { HealthCheck, HealthCheckResult, HealthState } from './health/health-check.ts'

// OpenAPI
export type { OpenApiContribution, OperationSchema } from './openapi/contributions.ts'
