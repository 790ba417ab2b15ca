import { expect, test } from 'vitest'
import { KEY, start } from './service.ts'

test('the OpenAPI document names the header, what needs it, and the 401', async () => {
  const { app } = await start({ apiKeys: [KEY], headerName: 'X-Custom' })
  const [contribution] = app.kernel.openApi
  expect(contribution?.securitySchemes).toEqual({
    ApiKeyAuth: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Custom',
      description: 'Scopes: system:read. A key without scopes may do everything but what is administrative.',
    },
  })

  const shown = (url: string, partOf?: string) =>
    contribution?.operation?.(
      { summary: 'S', response: { 200: { type: 'object' } } },
      { method: 'GET', url, handler: () => undefined, ...(partOf !== undefined && { config: { partOf } }) },
    )
  expect(shown('/health')).toEqual({ summary: 'S', response: { 200: { type: 'object' } }, security: [] })
  expect(shown('/docs/x', '/docs')).toMatchObject({ security: [] })
  expect(shown('/x', '/y')).toMatchObject({ security: [{ ApiKeyAuth: [] }] })
  expect(shown('/api/v1/configs')).toEqual({
    summary: 'S',
    security: [{ ApiKeyAuth: [] }],
    response: {
      200: { type: 'object' },
      401: {
        description: 'The API key is missing or not valid',
        content: { 'application/problem+json': { schema: { $ref: 'ProblemDetail#' } } },
      },
    },
  })

  const scoped = contribution?.operation?.(
    {},
    { method: 'GET', url: '/reports', handler: () => undefined, config: { scopes: ['reports:read'] } },
  )
  expect(scoped).toMatchObject({ security: [{ ApiKeyAuth: ['reports:read'] }] })
  expect(Object.keys(scoped?.response as object)).toEqual(['401', '403'])
})

test('where no route asks for a scope, none is described', async () => {
  const { app } = await start({ apiKeys: [KEY], unauthenticatedPaths: ['/api/v1/info'] })
  expect(app.kernel.openApi[0]?.securitySchemes).toEqual({
    ApiKeyAuth: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  })
})
