import type { ServiceApp, ServiceModule } from '@chapkit/core'
import type { Database } from '@chapkit/data'
import type { Static, TObject } from 'typebox'
import { inputCheck } from './check-input.ts'
import { ConfigManager } from './manager.ts'
import { assertObjectSchema, type ConfigOptions, parseConfigOptions } from './options.ts'
import { configRoutes } from './routes.ts'
import { SqlConfigStore } from './sql-config-store.ts'

/**
 * Configs of one schema: CRUD routes for clients, and `app.configs` for code.
 *
 * @param schema - A TypeBox object. Defaults in it are filled in; members that it does not name are kept.
 * @throws CHAPKIT_ERR_INVALID_OPTION for a schema that is no TypeBox object, or an option that is unknown or not valid.
 */
export function config<Schema extends TObject>(
  schema: Schema,
  options: ConfigOptions = {},
): ServiceModule<{ configs: ConfigManager<Static<Schema>> }> {
  assertObjectSchema(schema)
  const { prefix, store, uniqueNames, ...rest } = parseConfigOptions(options)
  return {
    name: 'config',
    needs: store ? [] : ['database'],
    async plugin(app) {
      const used = store ?? new SqlConfigStore((app as ServiceApp<{ database: Database }>).database)
      await used.prepare?.({ uniqueNames })
      const configs = new ConfigManager(used, inputCheck<Static<Schema>>(app, schema))
      app.decorate('configs', configs)
      await app.register(
        async (scope) => configRoutes(scope as unknown as ServiceApp, configs, schema, rest),
        { prefix },
      )
    },
  }
}
