import type { ArtifactHierarchy } from 'chapkit'

/** Levels with names. */
export const mlPipeline = {
  name: 'ml_pipeline',
  levelLabels: { 0: 'model', 1: 'prediction' },
} satisfies ArtifactHierarchy

/** Levels without names. */
export const unnamedLevels = { name: 'artifacts' } satisfies ArtifactHierarchy
