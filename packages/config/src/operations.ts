import { type OperationSchema, PROBLEM_CONTENT_TYPE } from '@chapkit/core'
import { PageQuerySchema, PageSchema } from '@chapkit/data'
import { type TObject, Type } from 'typebox'
import { ConfigParamsSchema, configInputSchema, configOutputSchema } from './schema.ts'

/** What each operation takes and answers, for the OpenAPI document. */
export function configOperations(data: TObject, tags: string[]) {
  const input = configInputSchema(data)
  const output = configOutputSchema(data)
  return {
    create: {
      tags,
      operationId: 'createConfig',
      summary: 'Create a config',
      body: input,
      response: { 201: output, ...problems(409, 415, 422) },
    },
    list: {
      tags,
      operationId: 'listConfigs',
      summary: 'List all configs, or one page of them',
      querystring: PageQuerySchema,
      response: { 200: Type.Union([Type.Array(output), PageSchema(output)]), ...problems(422) },
    },
    get: {
      tags,
      operationId: 'getConfig',
      summary: 'Get a config',
      params: ConfigParamsSchema,
      response: { 200: output, ...problems(400, 404) },
    },
    replace: {
      tags,
      operationId: 'replaceConfig',
      summary: 'Replace a config',
      params: ConfigParamsSchema,
      body: input,
      response: { 200: output, ...problems(400, 404, 409, 415, 422) },
    },
    delete: {
      tags,
      operationId: 'deleteConfig',
      summary: 'Delete a config',
      params: ConfigParamsSchema,
      response: { 204: Type.Null({ description: 'The config is gone' }), ...problems(400, 404) },
    },
    schema: {
      tags,
      operationId: 'getConfigSchema',
      summary: 'JSON Schema of a config',
      response: { 200: Type.Object({}, { description: 'JSON Schema' }) },
    },
  } satisfies Record<string, OperationSchema>
}

const PROBLEMS = {
  400: 'The id is not a ULID',
  404: 'There is no config with this id',
  409: 'The id or the name is taken',
  415: 'The body is not JSON',
  422: 'The request does not fit the schema',
} as const

function problems(...statuses: (keyof typeof PROBLEMS)[]) {
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: 'ProblemDetail#' } } }
  return Object.fromEntries(statuses.map((status) => [status, { description: PROBLEMS[status], content }]))
}
