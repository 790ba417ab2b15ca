// The store
export { databaseKeys, type DatabaseKeysOptions } from './database-keys.ts'
export { KEY_STREAM, keyMigrations } from './migrations.ts'

// The routes
export { keysApi, type KeysApiOptions } from './keys-api.ts'

// Keys in a database, for the command line
export { ADMIN_SCOPE, KeyTable } from './key-table.ts'
export { keyState, type KeySettings, type KeyState, type StoredKey, toSettings } from './stored-key.ts'
export { parseDuration } from './parse-duration.ts'

// Errors of the start
export { KeyStoreError } from './errors.ts'
