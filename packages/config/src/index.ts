// The module
export { config } from './module.ts'
export type { ConfigOptions } from './options.ts'

// Configs in code
export type { Config, ConfigInput } from './config.ts'
export { ConfigManager } from './manager.ts'
export { toWire as configToWire } from './schema.ts'

// Storage
export type { ConfigStore, ConfigStoreOptions } from './config-store.ts'
export { SqlConfigStore } from './sql-config-store.ts'

// Errors
export { DuplicateNamesError } from './errors.ts'
