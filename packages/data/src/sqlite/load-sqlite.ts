import { createRequire } from 'node:module'
import type * as Sqlite from '@photostructure/sqlite'

/** The part of `node:sqlite` that is used; @photostructure/sqlite has the same. */
export type SqliteModule = Pick<typeof Sqlite, 'DatabaseSync'>

/** Node's own SQLite where it exists, else the package with the same interface. */
export function loadSqlite(): SqliteModule {
  const builtIn = withoutWarning(() => process.getBuiltinModule?.('node:sqlite') as typeof Sqlite | undefined)
  // Early versions of Node 22 cannot tell whether a statement gives rows.
  if (builtIn && 'columns' in builtIn.StatementSync.prototype) return builtIn
  return createRequire(import.meta.url)('@photostructure/sqlite') as SqliteModule
}

/** Node 22 warns at the first load that its SQLite is experimental: nothing that the user of a service can act on. */
function withoutWarning<T>(load: () => T): T {
  const emitWarning: unknown = Reflect.get(process, 'emitWarning')
  process.emitWarning = () => undefined
  try {
    return load()
  } finally {
    Reflect.set(process, 'emitWarning', emitWarning)
  }
}
