// Building and running a service
export { ServiceBuilder } from './service-builder.ts'
export { run, type Runnable, type RunOptions, type ServerOptions, type ServiceInfo } from '@chapkit/core'

// Writing modules and routes
export {
  Problem,
  type ProblemDetail,
  ProblemDetailSchema,
  type ProblemType,
  sendEvents,
  type ServiceApp,
  type ServiceModule,
  type ServicePlugin,
} from '@chapkit/core'

// Options of the modules
export type { ArtifactOptions } from '@chapkit/artifacts'
export type { AuthOptions } from '@chapkit/auth'
export type { ConfigOptions } from '@chapkit/config'
export type {
  CorsOptions,
  HealthCheck,
  HealthCheckResult,
  HealthOptions,
  LimitedHealthCheck,
  SystemOptions,
} from '@chapkit/core'
export type { DatabaseKeysOptions, KeysApiOptions } from '@chapkit/key-store'
export type { Monitoring, MonitoringOptions, TraceOptions } from '@chapkit/monitoring'
export type { RateLimitOptions } from '@chapkit/rate-limit'

// API keys
export { type ApiKey, DEFAULT_UNAUTHENTICATED_PATHS, generateApiKey } from '@chapkit/auth'
export { databaseKeys } from '@chapkit/key-store'

// Artifacts
export type {
  Artifact,
  ArtifactHierarchy,
  ArtifactInput,
  ArtifactManager,
  ArtifactTree,
  Content,
  ContentSource,
  ExpandedArtifact,
  WriteContentOptions,
} from '@chapkit/artifacts'

// Configs and their storage
export {
  type Config,
  type ConfigInput,
  type ConfigManager,
  type ConfigStore,
  SqlConfigStore,
} from '@chapkit/config'
export { type Database, openDatabase } from '@chapkit/data'

// Entities of your own
export {
  createEntityTable,
  defineEntity,
  type Entity,
  type EntityDefinition,
  EntityManager,
  type EntityOf,
  type LifecycleHooks,
  type Migrations,
} from '@chapkit/data'

// Schemas are TypeBox
export { type Static, Type } from 'typebox'
