import type { ConfigManager } from '@chapkit/config'
import type { ServiceApp, ServiceModule } from '@chapkit/core'
import { type Database, IdempotentAnswers } from '@chapkit/data'
import type { Kysely } from 'kysely'
import { ContentFolder } from './content/content-folder.ts'
import { contentRoutes } from './content/content-routes.ts'
import { ContentStore } from './content/content-store.ts'
import { sweepRegularly } from './content/sweep-regularly.ts'
import { artifactCheck } from './input.ts'
import { linkRoutes } from './links/link-routes.ts'
import { LinkStore } from './links/link-store.ts'
import { ArtifactManager } from './manager.ts'
import { artifactMigrations } from './migrations.ts'
import { type ArtifactOptions, parseArtifactOptions } from './options.ts'
import { artifactRoutes } from './routes.ts'
import type { ArtifactTables } from './tables.ts'
import { ArtifactStore } from './tree/artifact-store.ts'

/**
 * Artifacts: JSON data in a tree, each with content of any size beside it. Routes for clients, and `app.artifacts` for code.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid.
 */
export function artifacts(options: ArtifactOptions = {}): ServiceModule<{ artifacts: ArtifactManager }> {
  const parsed = parseArtifactOptions(options)
  const { prefix, enableConfigLinking, hierarchy } = parsed
  return {
    name: 'artifacts',
    needs: enableConfigLinking ? ['database', 'config'] : ['database'],
    migrations: { artifacts: artifactMigrations },
    async plugin(app) {
      const { database, configs } = app as ServiceApp<{
        database: Database
        configs?: ConfigManager<unknown>
      }>
      await database.migrate('artifacts', artifactMigrations)
      const store = new ArtifactStore(database)
      const links = new LinkStore(database)
      const contents = new ContentStore({
        database,
        artifacts: store,
        limits: {
          inline: Math.min(parsed.inlineContentSize, parsed.maxContentSize),
          max: parsed.maxContentSize,
        },
        folder: parsed.contentDir === undefined ? undefined : await openFolder(parsed.contentDir, database),
      })
      const manager = new ArtifactManager({
        database,
        store,
        links,
        contents,
        hierarchy,
        check: artifactCheck(app),
        configs: enableConfigLinking ? configs : undefined,
      })
      app.decorate('artifacts', manager)
      sweepRegularly(app, contents)
      await app.register(
        async (scope) => {
          const routes = scope as unknown as ServiceApp
          artifactRoutes(routes, manager, { ...parsed, idempotency: new IdempotentAnswers(database) })
          contentRoutes(routes, { contents, ...parsed })
        },
        { prefix },
      )
      if (!enableConfigLinking || !configs) return
      // Links of a config that is gone mean nothing, so it does no harm when its store has a database of its own.
      configs.addHooks({ postDelete: ({ id }) => links.removeConfig(id) })
      await app.register(async (scope) => linkRoutes(scope as unknown as ServiceApp, manager, parsed), {
        prefix: configs.prefix,
      })
    },
  }
}

async function openFolder(path: string, database: Database): Promise<ContentFolder> {
  const { id } = await (database.kysely as Kysely<ArtifactTables>)
    .selectFrom('artifact_folder_owner')
    .select('id')
    .executeTakeFirstOrThrow()
  return ContentFolder.open(path, id)
}
