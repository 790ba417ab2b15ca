import { entityInputSchema, entityOutputSchema, isoTime, UlidSchema } from '@chapkit/data'
import { type TSchema, Type } from 'typebox'
import type { Artifact, ArtifactTree, ExpandedArtifact } from './artifact.ts'
import type { Content } from './content/content.ts'

const Data = Type.Any({ description: 'Any JSON' })
const Nullable = (schema: TSchema) => Type.Union([schema, Type.Null()])

/** What a client gets of a content. */
export const ContentSchema = Type.Object({
  media_type: Type.String(),
  size: Type.Integer({ minimum: 0, description: 'In bytes' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})

/** What a client sends. */
export const artifactInputSchema = entityInputSchema(
  Type.Object({
    data: Data,
    // One schema rather than a union of two: a wrong id is one fault.
    parent_id: Type.Optional(
      Type.Unsafe<string | null>({
        ...UlidSchema,
        type: ['string', 'null'],
        description: 'ULID of the artifact above it; null for a root',
      }),
    ),
  }),
)

const Place = { parent_id: Nullable(UlidSchema), level: Type.Integer({ minimum: 0 }) }

/** What a client gets. */
export const ArtifactSchema = entityOutputSchema(
  Type.Object({ data: Data, ...Place, content: Type.Optional(ContentSchema) }),
)

/** What a client gets of an artifact and its place. */
export function expandedSchema(children: TSchema) {
  return Type.Object({
    ...ArtifactSchema.properties,
    level_label: Nullable(Type.String()),
    hierarchy: Nullable(Type.String()),
    children,
    config: Nullable(Type.Object({}, { description: 'The config that a root is linked to' })),
  })
}

/** An artifact as it goes over the wire. */
export function toWire({ content, ...artifact }: Artifact) {
  return { ...listedToWire(artifact), ...(content && { content: contentToWire(content) }) }
}

/** An artifact as it is in a list, which leaves content out. */
export function listedToWire({ id, createdAt, updatedAt, data, parentId, level }: Artifact) {
  return {
    id,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
    data,
    parent_id: parentId,
    level,
  }
}

/** A content as it goes over the wire. */
export function contentToWire({ mediaType, size, sha256 }: Content) {
  return { media_type: mediaType, size, sha256 }
}

/**
 * An artifact and its place as they go over the wire.
 *
 * @param configToWire - Gives the config's form.
 */
export function expandedToWire(
  artifact: ExpandedArtifact,
  children: object[] | null,
  configToWire: ConfigToWire,
): object {
  const { levelLabel, hierarchy, config } = artifact
  return {
    ...toWire(artifact),
    level_label: levelLabel,
    hierarchy,
    children,
    config: config && configToWire(config),
  }
}

/** A tree as it goes over the wire. It is as deep as the manager lets it be. */
export function treeToWire(tree: ArtifactTree, configToWire: ConfigToWire): object {
  return expandedToWire(
    tree,
    tree.children.map((child) => treeToWire(child, configToWire)),
    configToWire,
  )
}

type ConfigToWire = (config: NonNullable<ExpandedArtifact['config']>) => object
