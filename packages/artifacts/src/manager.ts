import { Readable } from 'node:stream'
import type { Config } from '@chapkit/config'
import { Problem } from '@chapkit/core'
import { EntityManager, type InputCheck, parseUlid, type WriteOptions } from '@chapkit/data'
import type { Artifact, ArtifactInput, ArtifactTree, ExpandedArtifact } from './artifact.ts'
import type { Content, ContentSource } from './content/content.ts'
import type { ContentStore, WriteContentOptions } from './content/content-store.ts'
import { type ArtifactHierarchy, describeLevel } from './hierarchy.ts'
import { ArtifactLinks, type ArtifactLinksParts } from './links/artifact-links.ts'
import { buildTree } from './tree/build-tree.ts'
import { treeHooks } from './tree/tree-hooks.ts'

/** Levels that a tree may have below its top; a deeper one would be more than parsers of JSON take. */
export const MAX_TREE_DEPTH = 512

/** What the manager works with. */
export interface ArtifactManagerParts extends ArtifactLinksParts {
  readonly check: InputCheck
  readonly contents: ContentStore
  /** Default: none, levels have no names. */
  readonly hierarchy?: ArtifactHierarchy | undefined
}

/** Content that is read: what is known of it, and its bytes. */
export interface ReadableContent extends Content {
  /** Read it to its end, or destroy it. */
  readonly stream: Readable
}

/**
 * The artifacts of a service, for its own code: `app.artifacts`. It keeps the tree a tree: unknown parents and circles are
 * refused with conflict (409), and the levels of a subtree follow its node.
 */
export class ArtifactManager extends EntityManager<Artifact, ArtifactInput> {
  readonly #parts: ArtifactManagerParts
  readonly #links: ArtifactLinks

  /** Made by the artifacts module: take `app.artifacts`. */
  constructor(parts: ArtifactManagerParts) {
    const { store, check, database, links } = parts
    super({
      name: 'artifact',
      members: ['data', 'parentId', 'level', 'content'],
      store,
      check,
      transaction: (work) => database.transaction(work),
    })
    this.#parts = parts
    this.#links = new ArtifactLinks(parts)
    this.addHooks(treeHooks(store, links))
  }

  /**
   * Replaces the data of an artifact, and moves it with all that is below it when `parentId` is given and another one. Its
   * content stays.
   */
  override async replace(id: string, input: ArtifactInput, options: WriteOptions = {}): Promise<Artifact> {
    if (!(await this.#isMove(id, input))) return super.replace(id, input, options)
    const { database, store } = this.#parts
    return database.transaction(async () => {
      // Before the lock of any row: else a move above this one would wait for us, and we for it.
      await store.lockTree('exclusive')
      return super.replace(id, input, options)
    })
  }

  /** Removes an artifact, with its content and its link; false when there is none. Its children become roots. */
  override async delete(id: string, options: WriteOptions = {}): Promise<boolean> {
    const key = parseUlid(id)
    const { database, store, contents } = this.#parts
    let file: string | undefined
    const isDeleted = await database.transaction(async () => {
      await store.lockTree('exclusive')
      await store.findById(key, { lock: true })
      file = await contents.findFile(key)
      return super.delete(key, options)
    })
    if (isDeleted) await contents.removeFile(file)
    return isDeleted
  }

  /** An artifact with the name of its level and the config that it is linked to; undefined when there is none. */
  async expand(id: string): Promise<ExpandedArtifact | undefined> {
    const artifact = await this.findById(id)
    return artifact && this.#expanded(artifact, await this.#links.configOf(artifact))
  }

  /**
   * An artifact with all that is below it; undefined when there is none.
   *
   * @throws Problem conflict (409) for more than {@link MAX_TREE_DEPTH} levels.
   */
  async tree(id: string): Promise<ArtifactTree | undefined> {
    const key = parseUlid(id)
    const artifacts = await this.#parts.store.subtree(key, MAX_TREE_DEPTH + 1)
    const top = artifacts.find((artifact) => artifact.id === key)
    if (!top) return undefined
    if (artifacts.some(({ level }) => level - top.level > MAX_TREE_DEPTH)) throw tooDeep(key)
    const config = await this.#links.configOf(top)
    return buildTree(artifacts, key, (artifact) =>
      this.#expanded(artifact, artifact.id === key ? config : null),
    )
  }

  /**
   * Links a root to a config, and takes it from the one that it was linked to.
   *
   * @throws Problem not-found (404) for an unknown config, bad-request (400) for an artifact that is unknown or no root.
   */
  async link(configId: string, artifactId: string): Promise<void> {
    await this.#links.link(parseUlid(configId), parseUlid(artifactId))
  }

  /** Takes an artifact from a config; nothing happens when it is not linked to it. */
  async unlink(configId: string, artifactId: string): Promise<void> {
    await this.#links.unlink(parseUlid(configId), parseUlid(artifactId))
  }

  /** The config that the root above an artifact is linked to; undefined when there is none. */
  async findConfig(id: string): Promise<Config | undefined> {
    return this.#links.configOfRoot(parseUlid(id))
  }

  /** The roots that are linked to a config; none for an unknown config. */
  async linkedTo(configId: string): Promise<Artifact[]> {
    return this.#links.linkedTo(parseUlid(configId))
  }

  /**
   * Writes the content of an artifact with a bounded amount of memory, and replaces the one that it has. All of it is stored,
   * or nothing.
   *
   * @throws Problem not-found (404), precondition-failed (412), payload-too-large (413), unavailable (503, no space)
   */
  async writeContent(id: string, source: ContentSource, options: WriteContentOptions = {}): Promise<Content> {
    return this.#parts.contents.write(parseUlid(id), source, options)
  }

  /** The content of an artifact as it is now, even when it is replaced while it is read; undefined when there is none. */
  async readContent(id: string): Promise<ReadableContent | undefined> {
    const opened = await this.#parts.contents.open(parseUlid(id))
    return opened && { ...opened.content, stream: opened.read() }
  }

  /** Removes the content of an artifact; false when it has none. */
  async deleteContent(id: string): Promise<boolean> {
    return this.#parts.contents.delete(parseUlid(id))
  }

  async #isMove(id: string, input: ArtifactInput | null | undefined): Promise<boolean> {
    // Anything else is refused when it is checked; so is an input that is none.
    const parentId = input?.parentId
    if (parentId !== null && typeof parentId !== 'string') return false
    const current = await this.findById(id)
    return current !== undefined && current.parentId !== (parentId?.toUpperCase() ?? null)
  }

  #expanded(artifact: Artifact, config: Config | null): ExpandedArtifact {
    return { ...artifact, ...describeLevel(this.#parts.hierarchy, artifact.level), config }
  }
}

function tooDeep(id: string): Problem {
  return new Problem(
    'conflict',
    `The tree below ${id} is deeper than ${MAX_TREE_DEPTH} levels; ask for the $tree of an artifact further down.`,
  )
}
