import type { Config, ConfigManager } from '@chapkit/config'
import { Problem } from '@chapkit/core'
import { type Database, missing } from '@chapkit/data'
import type { Artifact } from '../artifact.ts'
import { ConfigLinkingError } from '../errors.ts'
import { missingArtifact } from '../problems.ts'
import type { ArtifactStore } from '../tree/artifact-store.ts'
import type { LinkStore } from './link-store.ts'

/** What links work with. */
export interface ArtifactLinksParts {
  readonly database: Database
  readonly store: ArtifactStore
  readonly links: LinkStore
  /** Default: none, artifacts are not linked. */
  readonly configs?: Pick<ConfigManager<unknown>, 'findById'> | undefined
}

/** Roots that are linked to configs. Ids are ULIDs in upper case. */
export class ArtifactLinks {
  readonly #parts: ArtifactLinksParts

  constructor(parts: ArtifactLinksParts) {
    this.#parts = parts
  }

  /** Links a root to a config, and takes it from the one that it was linked to. */
  async link(configId: string, artifactId: string): Promise<void> {
    const { database, store, links } = this.#parts
    if (!(await this.#configs.findById(configId))) throw missing(configId)
    await database.transaction(async () => {
      // Nobody moves it below another one before the link is there.
      await store.lockTree('shared')
      const artifact = await store.findById(artifactId)
      if (!artifact || artifact.parentId !== null) throw notLinkable(artifactId, artifact)
      await links.put(artifactId, configId)
    })
  }

  /** Takes an artifact from a config; nothing happens when it is not linked to it. */
  async unlink(configId: string, artifactId: string): Promise<void> {
    await this.#parts.links.remove(artifactId, configId)
  }

  /** The config that the root above an artifact is linked to; undefined when there is none. */
  async configOfRoot(artifactId: string): Promise<Config | undefined> {
    const { store, links } = this.#parts
    const rootId = await store.findRootId(artifactId)
    const configId = rootId && (await links.configOf(rootId))
    return configId ? this.#configs.findById(configId) : undefined
  }

  /** The config that an artifact itself is linked to: never one of another artifact than a root. */
  async configOf({ id, parentId }: Artifact): Promise<Config | null> {
    const { configs, links } = this.#parts
    if (!configs || parentId !== null) return null
    const configId = await links.configOf(id)
    return (configId && (await configs.findById(configId))) || null
  }

  /** The roots that are linked to a config; none for an unknown config. */
  async linkedTo(configId: string): Promise<Artifact[]> {
    return (await this.#configs.findById(configId)) ? this.#parts.store.linkedTo(configId) : []
  }

  get #configs(): Pick<ConfigManager<unknown>, 'findById'> {
    if (this.#parts.configs) return this.#parts.configs
    throw new ConfigLinkingError(
      'app.artifacts: artifacts are not linked to configs here; pass { enableConfigLinking: true } to withArtifacts().',
    )
  }
}

function notLinkable(id: string, artifact: Artifact | undefined): Problem {
  return new Problem(
    'bad-request',
    artifact
      ? `The artifact with id ${id} is no root; link the root above it.`
      : `${missingArtifact(id).message}; only one that exists can be linked.`,
  )
}
