import type { ServiceApp, ServiceModule } from '@chapkit/core'
import { crudRoutes, type Database, IdempotentAnswers, inputCheck } from '@chapkit/data'
import type { Static, TObject } from 'typebox'
import type { ConfigStore } from './config-store.ts'
import { ConfigManager } from './manager.ts'
import { configMigrations } from './migrations.ts'
import { assertObjectSchema, type ConfigOptions, parseConfigOptions } from './options.ts'
import { configSchemas, toWire } from './schema.ts'
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
  const { prefix, store, uniqueNames, permissions, tags } = parseConfigOptions(options)
  return {
    name: 'config',
    needs: store ? [] : ['database'],
    after: ['database'],
    ...(store === undefined && { migrations: { config: configMigrations } }),
    async plugin(app) {
      const { database } = app as ServiceApp<{ database?: Database }>
      const used = store ?? new SqlConfigStore(database as Database)
      await used.prepare?.({ uniqueNames })
      const { input, output } = configSchemas(schema)
      const configs = new ConfigManager({
        name: 'config',
        prefix,
        members: ['name', 'data'],
        store: used as ConfigStore<Static<Schema>>,
        check: inputCheck(app, input, 'config', 'withConfig()'),
        transaction: database && ((work) => database.transaction(work)),
      })
      app.decorate('configs', configs)
      await app.register(
        async (scope) =>
          crudRoutes(scope as unknown as ServiceApp, {
            manager: configs,
            permissions,
            description: { name: 'config', plural: 'configs', tags, input, output },
            toWire,
            idempotency: database && new IdempotentAnswers(database),
          }),
        { prefix },
      )
    },
  }
}
