// The module
export { artifacts } from './module.ts'
export type { ArtifactOptions } from './options.ts'
export type { ArtifactHierarchy } from './hierarchy.ts'

// Artifacts in code
export type { Artifact, ArtifactInput, ArtifactTree, ExpandedArtifact } from './artifact.ts'
export { ArtifactManager, MAX_TREE_DEPTH, type ReadableContent } from './manager.ts'

// Content
export type { Content, ContentSource } from './content/content.ts'
export type { WriteContentOptions } from './content/content-store.ts'

// Errors
export { ConfigLinkingError, ContentFolderError } from './errors.ts'
