import { checkedOption, parseOptions, pathOption } from '@chapkit/core'
import type { CrudPermissions } from '@chapkit/data'
import { Type } from 'typebox'
import type { ArtifactHierarchy } from './hierarchy.ts'

/** Options of `withArtifacts()`. */
export interface ArtifactOptions {
  /** What the levels of the tree are called. Default: nothing, so `level_label` and `hierarchy` are null. */
  readonly hierarchy?: ArtifactHierarchy
  /** Whether roots can be linked to configs; it needs `withConfig()`. Default: false. */
  readonly enableConfigLinking?: boolean
  /** Path of the collection. Default: `/api/v1/artifacts`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['Artifacts']`. */
  readonly tags?: readonly string[]
  /** What clients may do; content and links are written with `update`. Default: everything. Code may do everything in any case. */
  readonly permissions?: CrudPermissions
  /** Folder of contents that are larger than `inlineContentSize`; all replicas need the same. Default: none, larger content is refused. */
  readonly contentDir?: string
  /** Largest content that is kept in the database, in bytes; at most 16 MiB. Default: 1 MiB (1,048,576). */
  readonly inlineContentSize?: number
  /** Largest content at all, in bytes. Default: 5 GiB (5,368,709,120). */
  readonly maxContentSize?: number
}

/** Content in the database is read and written in one piece. */
const MAX_INLINE = 16 * 1_048_576

const Permission = Type.Boolean({ default: true })

const Options = Type.Object(
  {
    hierarchy: Type.Optional(
      checkedOption<ArtifactHierarchy>(
        isHierarchy,
        "a hierarchy such as { name: 'ml_pipeline', levelLabels: { 0: 'model', 1: 'prediction' } }",
      ),
    ),
    enableConfigLinking: Type.Boolean({ default: false }),
    prefix: pathOption({ default: '/api/v1/artifacts' }),
    tags: Type.Array(Type.String(), { default: ['Artifacts'] }),
    permissions: Type.Object(
      { create: Permission, read: Permission, update: Permission, delete: Permission },
      { additionalProperties: false, default: {} },
    ),
    contentDir: Type.Optional(Type.String({ minLength: 1 })),
    inlineContentSize: Type.Integer({ minimum: 0, maximum: MAX_INLINE, default: 1_048_576 }),
    maxContentSize: Type.Integer({ minimum: 1, default: 5 * 1024 ** 3 }),
  },
  { additionalProperties: false },
)

/** The options of `withArtifacts()` with nothing left open. */
export type ParsedArtifactOptions = ReturnType<typeof parseArtifactOptions>

/** @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown or not valid. */
export function parseArtifactOptions(options: ArtifactOptions) {
  return parseOptions(Options, options, 'withArtifacts()')
}

function isHierarchy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, levelLabels = {}, ...others } = value as Partial<ArtifactHierarchy>
  if (typeof name !== 'string' || name === '' || Object.keys(others).length > 0) return false
  return (
    typeof levelLabels === 'object' &&
    Object.entries(levelLabels).every(
      ([level, label]) => /^(0|[1-9]\d*)$/.test(level) && typeof label === 'string',
    )
  )
}
