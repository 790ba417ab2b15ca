import type { Database } from '@chapkit/data'
import type { Kysely } from 'kysely'
import type { ArtifactTables } from '../tables.ts'

/** Which root is linked to which config: an artifact to one, a config to many. */
export class LinkStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Id of the config that an artifact is linked to. */
  async configOf(artifactId: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('artifact_links')
      .select('config_id')
      .where('artifact_id', '=', artifactId)
      .executeTakeFirst()
    return row?.config_id
  }

  /** Links an artifact, and takes it from the config that it was linked to. */
  async put(artifactId: string, configId: string): Promise<void> {
    await this.#db
      .insertInto('artifact_links')
      .values({ artifact_id: artifactId, config_id: configId })
      .onConflict((conflict) => conflict.column('artifact_id').doUpdateSet({ config_id: configId }))
      .execute()
  }

  /** Removes the link of an artifact, if it has one (to this config, where one is given). */
  async remove(artifactId: string, configId?: string): Promise<void> {
    const links = this.#db.deleteFrom('artifact_links').where('artifact_id', '=', artifactId)
    await (configId === undefined ? links : links.where('config_id', '=', configId)).execute()
  }

  /** Removes all links to a config. */
  async removeConfig(configId: string): Promise<void> {
    await this.#db.deleteFrom('artifact_links').where('config_id', '=', configId).execute()
  }

  get #db(): Kysely<ArtifactTables> {
    return this.#database.executor
  }
}
