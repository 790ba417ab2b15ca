import { Problem } from '@chapkit/core'
import type { LifecycleHooks } from '@chapkit/data'
import type { Artifact } from '../artifact.ts'
import type { LinkStore } from '../links/link-store.ts'
import type { ArtifactStore } from './artifact-store.ts'

/** What keeps the tree a tree, and its levels true, whenever an artifact is written. */
export function treeHooks(store: ArtifactStore, links: LinkStore): LifecycleHooks<Artifact> {
  const placeUnder = async (parentId: string | null | undefined) => {
    if (parentId === null || parentId === undefined) return { parentId: null, level: 0 }
    const parent = await store.findById(parentId)
    if (!parent) throw unknownParent(parentId)
    return { parentId, level: parent.level + 1 }
  }
  return {
    async preSave({ content: _ofTheClient, ...artifact }) {
      if (artifact.parentId) await store.lockTree('shared')
      return { ...artifact, ...(await placeUnder(artifact.parentId)) }
    },
    async preUpdate({ content: _ofTheClient, ...artifact }, previous) {
      const { parentId, level, content } = previous
      const kept = { ...artifact, parentId, level, ...(content && { content }) }
      // Code without types may leave it out, as clients do.
      const wanted = artifact.parentId as string | null | undefined
      if (wanted === undefined || wanted === parentId) return kept
      await store.lockTree('exclusive')
      const place = await placeUnder(wanted)
      if (wanted !== null && (await store.isWithin(wanted, artifact.id))) throw circle(artifact.id, wanted)
      return { ...kept, ...place }
    },
    async postUpdate({ id, parentId, level, version }, previous) {
      if (level !== previous.level) await store.shiftLevels(id, level - previous.level, version)
      // A link is a root's: below another one, the link of that one counts.
      if (parentId !== null && previous.parentId === null) await links.remove(id)
    },
    async preDelete({ id, level, version }) {
      await store.shiftLevels(id, -level - 1, version)
      await store.detachChildren(id)
    },
  }
}

function unknownParent(parentId: string): Problem {
  const detail = `There is no artifact with id ${parentId} to be the parent; create it first, or send another parent_id.`
  return new Problem('conflict', detail)
}

function circle(id: string, parentId: string): Problem {
  const place = id === parentId ? 'its own parent' : `below ${parentId}, which is below it`
  return new Problem(
    'conflict',
    `The artifact with id ${id} cannot be ${place}; send a parent_id outside of its own tree, or null to make it a root.`,
  )
}
