// The module
export { config } from './module.ts'
export type { ConfigOptions, ConfigPermissions } from './options.ts'

// Configs in code
export type { Config, ConfigInput } from './config.ts'
export { ConfigManager } from './manager.ts'

// Storage
export type { ConfigStore, ConfigStoreOptions, WriteOutcome } from './config-store.ts'
export { SqlConfigStore } from './sql-config-store.ts'

// Errors
export { DuplicateNamesError } from './errors.ts'
