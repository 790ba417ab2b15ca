import { type OperationSchema, PROBLEM_CONTENT_TYPE } from '@chapkit/core'
import { type TSchema, Type } from 'typebox'
import { PageSchema, ListQuerySchema } from '../paging.ts'
import { EntityParamsSchema } from './entity-schema.ts'

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

const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'Do it only when the entity has this ETag still', maxLength: 4096 }),
  ),
})
const IfNoneMatch = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ description: 'Answer 304 when the entity has this ETag still', maxLength: 4096 }),
  ),
})
const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'A repeat with the same key within 24 hours gets the first answer again',
      minLength: 1,
      maxLength: 255,
    }),
  ),
})

/** What each operation takes and answers, for the OpenAPI document. */
export function crudOperations({ name, plural, tags, input, output }: CrudDescription) {
  const [One, Many] = [capitalized(name), capitalized(plural)]
  const tagged = { ...output, headers: { ETag: ETAG } }
  return {
    create: {
      tags,
      operationId: `create${One}`,
      summary: `Create a ${name}`,
      headers: IdempotencyKey,
      body: input,
      response: {
        201: { ...output, headers: { Location: LOCATION, ETag: ETAG } },
        ...problems(name, 400, 409, 415, 422),
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
      summary: `Get a ${name}`,
      headers: IfNoneMatch,
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
      summary: `Replace a ${name}`,
      headers: IfMatch,
      params: EntityParamsSchema,
      body: input,
      response: { 200: tagged, ...problems(name, 400, 404, 409, 412, 415, 422) },
    },
    delete: {
      tags,
      operationId: `delete${One}`,
      summary: `Delete a ${name}`,
      headers: IfMatch,
      params: EntityParamsSchema,
      response: {
        204: Type.Null({ description: `The ${name} is gone` }),
        ...problems(name, 400, 404, 409, 412),
      },
    },
    schema: {
      tags,
      operationId: `get${One}Schema`,
      summary: `JSON Schema of a ${name}`,
      response: { 200: Type.Object({}, { description: 'JSON Schema' }) },
    },
  } satisfies Record<string, Omit<OperationSchema, 'tags'> & { tags: readonly string[] }>
}

const PROBLEMS = {
  400: 'The id is not a ULID, or a header is malformed',
  404: 'There is no such {name}',
  409: 'It conflicts with another {name}',
  412: 'The {name} has been changed',
  415: 'The body is not JSON',
  422: 'The request does not fit the schema',
} as const

/** The problems that an operation on entities answers with, as responses of its schema. */
export function problems(name: string, ...statuses: (keyof typeof PROBLEMS)[]) {
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: 'ProblemDetail#' } } }
  return Object.fromEntries(
    statuses.map((status) => [status, { description: PROBLEMS[status].replace('{name}', name), content }]),
  )
}

function capitalized(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
