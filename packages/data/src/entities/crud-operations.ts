import { type OperationSchema, problemResponses } from '@chapkit/core'
import { type TSchema, Type } from 'typebox'
import { PageSchema, ListQuerySchema } from '../paging.ts'
import { storableSchema } from '../storable-schema.ts'
import { IDEMPOTENCY_KEY_TEXT, IF_MATCH_TEXT, IfNoneMatchSchema } from './condition-headers.ts'
import { EntityParamsSchema } from './entity-schema.ts'
import { withArticle } from './with-article.ts'

/** What is said of a kind of entities in the OpenAPI document. */
export interface CrudDescription {
  /** What one is called: `config`. */
  readonly name: string
  /** What many are called: `configs`. */
  readonly plural: string
  readonly tags: readonly string[]
  /** What a client sends. */
  readonly input: object
  /** What a client gets. */
  readonly output: TSchema
}

const ETAG = { type: 'string', description: 'Entity tag: send it as If-Match or If-None-Match' }
const LOCATION = { type: 'string', description: 'URL of what was created' }

/** What each operation takes and answers, for the OpenAPI document. */
export function crudOperations({ name, plural, tags, input, output }: CrudDescription) {
  const [One, Many] = [capitalized(name), capitalized(plural)]
  const body = storableSchema(input)
  const tagged = { ...output, headers: { ETag: ETAG } }
  return {
    create: {
      tags,
      operationId: `create${One}`,
      summary: `Create ${withArticle(name)}`,
      description: IDEMPOTENCY_KEY_TEXT,
      body,
      response: {
        201: { ...output, headers: { Location: LOCATION, ETag: ETAG } },
        ...problems(name, 400, 409, 413, 415, 422),
      },
    },
    list: {
      tags,
      operationId: `list${Many}`,
      summary: `List all ${plural}, or some of them`,
      querystring: ListQuerySchema,
      response: { 200: Type.Union([Type.Array(output), PageSchema(output)]), ...problems(name, 422) },
    },
    get: {
      tags,
      operationId: `get${One}`,
      summary: `Get ${withArticle(name)}`,
      headers: IfNoneMatchSchema,
      params: EntityParamsSchema,
      response: {
        200: tagged,
        304: Type.Null({ description: `The ${name} has the ETag still` }),
        ...problems(name, 400, 404),
      },
    },
    replace: {
      tags,
      operationId: `replace${One}`,
      summary: `Replace ${withArticle(name)}`,
      description: IF_MATCH_TEXT,
      params: EntityParamsSchema,
      body,
      response: { 200: tagged, ...problems(name, 400, 404, 409, 412, 413, 415, 422) },
    },
    delete: {
      tags,
      operationId: `delete${One}`,
      summary: `Delete ${withArticle(name)}`,
      description: IF_MATCH_TEXT,
      params: EntityParamsSchema,
      response: {
        204: Type.Null({ description: `The ${name} is gone` }),
        ...problems(name, 400, 404, 409, 412),
      },
    },
    schema: {
      tags,
      operationId: `get${One}Schema`,
      summary: `JSON Schema of ${withArticle(name)}`,
      response: { 200: Type.Object({}, { description: 'JSON Schema' }) },
    },
  } satisfies Record<string, Omit<OperationSchema, 'tags'> & { tags: readonly string[] }>
}

const PROBLEMS = {
  400: 'The id is not a ULID, or a header is malformed',
  404: 'There is no such {name}',
  409: 'It conflicts with another {name}',
  412: 'The {name} has been changed',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The request does not fit the schema',
} as const

/** The problems that an operation on entities answers with, as responses of its schema. */
export function problems(name: string, ...statuses: (keyof typeof PROBLEMS)[]) {
  return problemResponses(
    Object.fromEntries(statuses.map((status) => [status, PROBLEMS[status].replace('{name}', name)])),
  )
}

function capitalized(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
