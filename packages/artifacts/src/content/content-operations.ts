import { EntityParamsSchema } from '@chapkit/data'
import { Type } from 'typebox'
import { problems } from '../operations.ts'
import { ContentSchema } from '../schema.ts'

const ETAG = {
  type: 'string',
  description: 'Entity tag of the content: send it as If-Match or If-None-Match',
}
const Condition = (description: string) => Type.Optional(Type.String({ description, maxLength: 4096 }))

const IfMatch = Type.Object({
  'if-match': Condition('Do it only when the content has this ETag still'),
})
const Reading = Type.Object({
  range: Condition('One range of bytes: bytes=0-1023'),
  'if-none-match': Condition('Answer 304 when the content has this ETag still'),
  'if-range': Condition('Answer with the whole content when it has another ETag'),
})

const binary = (description: string) => ({
  description,
  headers: { ETag: ETAG },
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
})

/** What the operations on contents take and answer, for the OpenAPI document. */
export function contentOperations(tags: readonly string[]) {
  return {
    write: {
      tags,
      operationId: 'writeArtifactContent',
      summary: 'Write the content of an artifact: bytes of any media type',
      headers: IfMatch,
      params: EntityParamsSchema,
      body: { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } },
      response: {
        200: { ...ContentSchema, headers: { ETag: ETAG } },
        ...problems(400, 404, 408, 412, 413, 415, 503),
      },
    },
    download: {
      tags,
      operationId: 'downloadArtifactContent',
      summary: 'Download the content of an artifact, or a range of it',
      headers: Reading,
      params: EntityParamsSchema,
      response: {
        200: binary('The content'),
        206: binary('The range'),
        304: Type.Null({ description: 'The content has the ETag still' }),
        ...problems(400, 404, 412, 416),
      },
    },
    remove: {
      tags,
      operationId: 'deleteArtifactContent',
      summary: 'Delete the content of an artifact',
      headers: IfMatch,
      params: EntityParamsSchema,
      response: { 204: Type.Null({ description: 'The content is gone' }), ...problems(400, 404, 412) },
    },
  }
}
