/** What the levels of the tree are called. */
export interface ArtifactHierarchy {
  /** Name of the hierarchy: `ml_pipeline`. */
  readonly name: string
  /** Names of levels, of 0 (the roots) and on: `{ 0: 'model', 1: 'prediction' }`. A level without one is `level_N`. */
  readonly levelLabels?: Readonly<Record<number, string>>
}

/** What a hierarchy says of a level; nulls where there is no hierarchy. */
export function describeLevel(
  hierarchy: ArtifactHierarchy | undefined,
  level: number,
): { levelLabel: string | null; hierarchy: string | null } {
  if (!hierarchy) return { levelLabel: null, hierarchy: null }
  return { levelLabel: hierarchy.levelLabels?.[level] ?? `level_${level}`, hierarchy: hierarchy.name }
}
