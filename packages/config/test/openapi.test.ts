import { docsPages, type ServiceModule } from '@chapkit/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { AppConfig, serviceOf } from './service.ts'

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>
  parameters?: { name: string; in: string; required?: boolean; schema: unknown }[]
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> }
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object }
}

// Every built service has these pages; what is composed by hand may not.
const docs: ServiceModule = {
  name: 'docs',
  async plugin(app) {
    if (!app.hasDecorator('swagger')) await docsPages(app)
  },
}

async function documentOf(app: ReturnType<typeof serviceOf>): Promise<Document> {
  return (await app.inject('/openapi.json')).json()
}

test('the document shows every operation with its answers', async () => {
  const { paths, components } = await documentOf(serviceOf(AppConfig, { before: [docs], tags: ['Settings'] }))
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, responses }]) =>
      [`${method} ${path}`, operationId, Object.keys(responses).join(',')].join(' '),
    ),
  )
  expect(operations.filter((operation) => operation.includes('/configs')).sort()).toEqual([
    'delete /api/v1/configs/{entity_id} deleteConfig 204,400,404,409,412',
    'get /api/v1/configs listConfigs 200,422',
    'get /api/v1/configs/$schema getConfigSchema 200',
    'get /api/v1/configs/{entity_id} getConfig 200,304,400,404',
    'post /api/v1/configs createConfig 201,400,409,413,415,422',
    'put /api/v1/configs/{entity_id} replaceConfig 200,400,404,409,412,413,415,422',
  ])
  const get = paths['/api/v1/configs/{entity_id}']?.['get']
  expect(get?.tags).toEqual(['Settings'])
  expect(get?.responses['404']?.content).toEqual({
    'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetail' } },
  })
  expect(components.schemas).toHaveProperty('ProblemDetail')
  expect(get?.parameters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'entity_id', in: 'path', required: true }),
      expect.objectContaining({ name: 'if-none-match', in: 'header', required: false }),
    ]),
  )
  expect(paths['/api/v1/configs']?.['get']?.parameters).toMatchObject([
    { name: 'page', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
    { name: 'size', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 100 } },
    { name: 'after', in: 'query', required: false, schema: { type: 'string' } },
    { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } },
  ])
})

test('what has a default need not be sent, on any level', async () => {
  const Schema = Type.Object({
    environment: Type.String(),
    debug: Type.Boolean({ default: false }),
    db: Type.Object({ host: Type.String({ default: 'h' }), port: Type.Integer() }),
    list: Type.Array(Type.Object({ a: Type.String(), b: Type.String({ default: 'b' }) })),
  })
  const { paths } = await documentOf(serviceOf(Schema, { before: [docs] }))
  const schema = paths['/api/v1/configs']?.['post']?.requestBody?.content['application/json']?.schema
  expect(schema).toMatchObject({
    required: ['name', 'data'],
    properties: {
      data: {
        required: ['environment', 'db', 'list'],
        properties: { db: { required: ['port'] }, list: { items: { required: ['a'] } } },
      },
    },
  })
  const answer = paths['/api/v1/configs']?.['post']?.responses['201']?.content?.['application/json']?.schema
  expect(answer).toMatchObject({ properties: { data: { required: ['environment', 'debug', 'db', 'list'] } } })
})
