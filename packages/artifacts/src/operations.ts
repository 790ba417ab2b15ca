import { problemResponses } from '@chapkit/core'
import { EntityParamsSchema, storableSchema, UlidSchema } from '@chapkit/data'
import { Type } from 'typebox'
import { ArtifactSchema, expandedSchema } from './schema.ts'

const ConfigSchema = Type.Object({}, { description: 'A config' })
const LINK_RESPONSE = { 204: Type.Null({ description: 'Done' }) }

/** Body of the operations that link and unlink. */
export const LinkSchema = Type.Object({ artifact_id: UlidSchema })

/** What the operations on the tree and on links take and answer, for the OpenAPI document. */
export function artifactOperations(tags: readonly string[]) {
  const operation = (operationId: string, summary: string) => ({
    tags,
    operationId,
    summary,
    params: EntityParamsSchema,
  })
  return {
    expand: {
      ...operation('expandArtifact', 'Get an artifact with its level, its hierarchy and its config'),
      response: { 200: expandedSchema(Type.Null()), ...problems(400, 404) },
    },
    tree: {
      ...operation('getArtifactTree', 'Get an artifact with all that is below it'),
      response: {
        200: expandedSchema(Type.Array(Type.Object({}, { description: 'The same of each child' }))),
        ...problems(400, 404, 409),
      },
    },
    config: {
      ...operation('getArtifactConfig', 'Get the config that the root of an artifact is linked to'),
      response: { 200: Type.Union([ConfigSchema, Type.Null()]), ...problems(400) },
    },
    link: {
      ...operation('linkArtifact', 'Link a root artifact to a config'),
      body: storableSchema(LinkSchema),
      response: { ...LINK_RESPONSE, ...problems(400, 404, 413, 415, 422) },
    },
    unlink: {
      ...operation('unlinkArtifact', 'Unlink an artifact from a config'),
      body: storableSchema(LinkSchema),
      response: { ...LINK_RESPONSE, ...problems(400, 413, 415, 422) },
    },
    linked: {
      ...operation('listLinkedArtifacts', 'List the artifacts that are linked to a config'),
      response: { 200: Type.Array(ArtifactSchema), ...problems(400) },
    },
  }
}

const PROBLEMS = {
  400: 'An id is not a ULID, a header is malformed, or the artifact is no root that could be linked',
  404: 'There is no such artifact, content or config',
  408: 'The content did not arrive in time',
  409: 'The tree is too deep',
  412: 'The content has been changed',
  413: 'The body is larger than this service accepts',
  415: 'The body has a type or an encoding that is not supported',
  416: 'The content has no such range',
  422: 'The body does not fit the schema',
  503: 'There is no space for the content, or the service is not ready',
} as const

/** The problems that an operation answers with, as responses of its schema. */
export function problems(...statuses: (keyof typeof PROBLEMS)[]) {
  return problemResponses(Object.fromEntries(statuses.map((status) => [status, PROBLEMS[status]])))
}
