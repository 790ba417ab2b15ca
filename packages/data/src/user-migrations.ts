import { InvalidOptionError, type ServiceApp, type ServiceModule } from '@chapkit/core'
import type { Database } from './database.ts'
import type { Migrations } from './migration.ts'

/** Name of the module. */
export const USER_MIGRATIONS = 'migrations'

/** The stream of the user's own migrations, beside those of the modules. */
const STREAM = 'service'

/**
 * Migrations of the service's own tables. They run at start, after those of all modules and before the service's routes are
 * there.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for what is no list of migrations by name.
 */
export function userMigrations(migrations: Migrations): ServiceModule {
  for (const [name, migration] of Object.entries(migrations)) {
    if (typeof (migration as Partial<typeof migration> | null)?.up === 'function') continue
    throw new InvalidOptionError(
      `withMigrations(): '${name}' is no migration; give it { async up(db, types) { … } }.`,
    )
  }
  return {
    name: USER_MIGRATIONS,
    needs: ['database'],
    migrations: { [STREAM]: migrations },
    plugin: (app) => (app as ServiceApp<{ database: Database }>).database.migrate(STREAM, migrations),
  }
}
