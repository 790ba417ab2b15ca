import type { Artifact, ArtifactTree, ExpandedArtifact } from '../artifact.ts'

/**
 * Puts artifacts together: each gets those whose parent it is, in their order.
 *
 * @param topId - Id of the one at the top, which must be among them.
 */
export function buildTree(
  artifacts: readonly Artifact[],
  topId: string,
  expand: (artifact: Artifact) => ExpandedArtifact,
): ArtifactTree {
  const nodes = new Map(
    artifacts.map((artifact) => [artifact.id, { ...expand(artifact), children: [] as ArtifactTree[] }]),
  )
  for (const node of nodes.values()) {
    if (node.id !== topId && node.parentId !== null) nodes.get(node.parentId)?.children.push(node)
  }
  return nodes.get(topId) as ArtifactTree
}
