import { EntityParamsSchema, IF_MATCH_TEXT, IfNoneMatchSchema } from '@chapkit/data'
import { Type } from 'typebox'
import { problems } from '../operations.ts'
import { ContentSchema } from '../schema.ts'

const ETAG = {
  type: 'string',
  description: 'Entity tag of the content: send it as If-Match or If-None-Match',
}
const RANGE_TEXT =
  'With the header `Range` (`bytes=0-1023`) it answers with one range (206); `If-Range` with the ETag of an earlier answer makes ' +
  'sure that the range is of the same content.'

const binary = (description: string) => ({
  description,
  headers: { ETag: ETAG },
  // No schema: these are bytes, and no JSON.
  content: { '*/*': { schema: {} } },
})

/** What the operations on contents take and answer, for the OpenAPI document. */
export function contentOperations(tags: readonly string[]) {
  return {
    write: {
      tags,
      operationId: 'writeArtifactContent',
      summary: 'Write the content of an artifact: bytes of any media type',
      description: IF_MATCH_TEXT,
      params: EntityParamsSchema,
      // Nothing is content, too: of 0 bytes.
      optionalBody: true,
      // Any other media type may stand there, too; the document names the one that says nothing of the bytes.
      body: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
      response: {
        200: { ...ContentSchema, headers: { ETag: ETAG } },
        ...problems(400, 404, 408, 412, 413, 415, 503),
      },
    },
    download: {
      tags,
      operationId: 'downloadArtifactContent',
      summary: 'Download the content of an artifact, or a range of it',
      description: RANGE_TEXT,
      headers: IfNoneMatchSchema,
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
      description: IF_MATCH_TEXT,
      params: EntityParamsSchema,
      response: { 204: Type.Null({ description: 'The content is gone' }), ...problems(400, 404, 412) },
    },
  }
}
