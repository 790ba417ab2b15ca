import type { ServiceModule } from '@chapkit/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { describedService } from './apps-support.ts'

const Thing = Type.Object({ name: Type.String() }, { $id: 'Thing', title: 'A thing' })

const things: ServiceModule = {
  name: 'things',
  plugin(app) {
    app.addSchema(Thing)
    app.get('/things/:thing_id', {
      schema: {
        params: Type.Object({ thing_id: Type.String() }),
        response: { 200: Type.Unsafe({ $ref: 'Thing#' }) },
      },
      handler: () => ({ name: 'x' }),
    })
    app.get('/plain', () => 'x')
    app.get('/secret', { schema: { hide: true } }, () => 'x')
  },
}

async function documentOf(...args: Parameters<typeof describedService>) {
  const { app } = describedService(...args)
  const answer = await app.inject('/openapi.json')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  return answer.json()
}

test('the document says who the service is', async () => {
  const document = await documentOf({
    displayName: 'Documented',
    version: '2.3.4',
    summary: 'In short',
    description: 'At length',
    contact: { name: 'Ops', email: 'ops@example.org' },
    licenseInfo: { name: 'MIT', identifier: 'MIT' },
  })
  expect(document).toMatchObject({ openapi: '3.1.0' })
  expect(document.info).toEqual({
    title: 'Documented',
    version: '2.3.4',
    description: 'At length',
    contact: { name: 'Ops', email: 'ops@example.org' },
    license: { name: 'MIT', identifier: 'MIT' },
  })
})

test('what the service does not say of itself is absent, not null', async () => {
  const document = await documentOf({ displayName: 'Bare' })
  expect(document.info).toEqual({ title: 'Bare', version: '1.0.0' })
})

test('the document has the routes with their parameters, but not the hidden ones, and names components by $id', async () => {
  const document = await documentOf({ displayName: 'Things' }, [things])
  expect(Object.keys(document.paths).sort()).toEqual(['/api/v1/info', '/plain', '/things/{thing_id}'])
  expect(document.paths['/things/{thing_id}'].get).toMatchObject({
    parameters: [{ in: 'path', name: 'thing_id', required: true }],
    responses: {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
    },
  })
  expect(document.components.schemas.Thing).toMatchObject({ title: 'A thing', type: 'object' })
  expect(document.components.securitySchemes).toEqual({})
})

test('modules contribute security schemes, and see every operation', async () => {
  const guard: ServiceModule = {
    name: 'guard',
    plugin(app) {
      app.kernel.openApi.push(
        {
          securitySchemes: { Key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
          operation: (schema, { url }) => ({
            ...schema,
            tags: schema.tags ?? ['Untagged'],
            security: url === '/plain' ? [] : [{ Key: [] }],
          }),
        },
        { securitySchemes: { Token: { type: 'http', scheme: 'bearer' } } },
        { operation: (schema, { method }) => ({ ...schema, description: `By ${String(method)}` }) },
      )
    },
  }
  const document = await documentOf({ displayName: 'Guarded' }, [guard, things])
  expect(document.components.securitySchemes).toEqual({
    Key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    Token: { type: 'http', scheme: 'bearer' },
  })
  expect(document.paths['/plain'].get).toMatchObject({
    security: [],
    tags: ['Untagged'],
    description: 'By GET',
  })
  expect(document.paths['/things/{thing_id}'].get).toMatchObject({ security: [{ Key: [] }] })
})

test('a body may be optional, and content without a schema', async () => {
  const bodies: ServiceModule = {
    name: 'bodies',
    plugin(app) {
      const body = Type.Object({ name: Type.String() })
      app.post('/required', { schema: { body } }, () => null)
      const bytes = { description: 'Bytes', content: { '*/*': { schema: {} } } }
      app.get('/bytes', { schema: { response: { 200: bytes, 201: Type.String() } } }, () => null)
      app.post('/optional', { schema: { body, optionalBody: true } }, () => null)
    },
  }
  const { paths } = await documentOf({ displayName: 'Bodies' }, [bodies])
  expect(paths['/required'].post.requestBody).toMatchObject({ required: true })
  expect(paths['/optional'].post.requestBody).toMatchObject({
    required: false,
    content: { 'application/json': {} },
  })
  expect(JSON.stringify(paths)).not.toContain('optional-body')
  expect(paths['/bytes'].get.responses).toMatchObject({
    200: { content: { '*/*': {} } },
    201: { content: { 'application/json': { schema: { type: 'string' } } } },
  })
  expect(paths['/bytes'].get.responses[200].content['*/*']).not.toHaveProperty('schema')
})

test('the document is made once', async () => {
  let calls = 0
  const counter: ServiceModule = {
    name: 'counter',
    plugin(app) {
      app.kernel.openApi.push({
        operation(schema) {
          calls += 1
          return schema
        },
      })
    },
  }
  const { app } = describedService({ displayName: 'Once' }, [counter, things])
  const first = await app.inject('/openapi.json')
  const callsAtFirst = calls
  const second = await app.inject('/openapi.json?again')
  expect(callsAtFirst).toBeGreaterThan(0)
  expect(calls).toBe(callsAtFirst)
  expect(second.body).toBe(first.body)
})

test('HEAD, and other methods', async () => {
  const { app } = describedService({ displayName: 'Methods' })
  const get = await app.inject('/openapi.json')
  const head = await app.inject({ method: 'HEAD', url: '/openapi.json' })
  expect(head).toMatchObject({ statusCode: 200, body: '' })
  expect(head.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': get.headers['content-length'],
  })
  const post = await app.inject({ method: 'POST', url: '/openapi.json', payload: {} })
  expect(post.statusCode).toBe(405)
  expect(post.headers.allow).toBe('GET, HEAD')
  const yaml = await app.inject('/openapi.yaml')
  expect(yaml.statusCode).toBe(404)
})
