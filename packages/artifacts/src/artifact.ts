import type { Config } from '@chapkit/config'
import type { Entity } from '@chapkit/data'
import type { Content } from './content/content.ts'

/** JSON data in a tree, with content beside it if there is some. */
export interface Artifact extends Entity {
  /** Any JSON. */
  readonly data: unknown
  /** Id of the artifact above it; null for a root. */
  readonly parentId: string | null
  /** How many artifacts are above it: 0 for a root. */
  readonly level: number
  /** What is known of its content. Default: it has none. */
  readonly content?: Content
}

/** What an artifact is made of. */
export interface ArtifactInput {
  /** ULID of its own. Default: a new one. */
  readonly id?: string | null
  /** Any JSON. */
  readonly data: unknown
  /** Id of the artifact above it; null for a root. Default: a root, or the parent that it has already. */
  readonly parentId?: string | null
}

/** An artifact, and what is said of its place. */
export interface ExpandedArtifact extends Artifact {
  /** What the hierarchy calls its level; null where there is no hierarchy. */
  readonly levelLabel: string | null
  /** Name of the hierarchy; null where there is none. */
  readonly hierarchy: string | null
  /** The config that a root is linked to; null for other artifacts. */
  readonly config: Config | null
}

/** An artifact with all that is below it. */
export interface ArtifactTree extends ExpandedArtifact {
  readonly children: readonly ArtifactTree[]
}
