import { Type } from 'typebox'
import type { ServicePlugin } from '../service-module.ts'

const OrNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

const Party = Type.Object(
  {
    name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
)

const License = Type.Object(
  {
    name: Type.String(),
    identifier: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
)

const InfoSchema = Type.Object(
  {
    display_name: Type.String(),
    version: Type.String(),
    summary: OrNull(Type.String()),
    description: OrNull(Type.String()),
    contact: OrNull(Party),
    license_info: OrNull(License),
  },
  {
    additionalProperties: true,
    description: 'Who the service is; members of its own may stand beside these',
  },
)

/** `GET /api/v1/info`: who the service is. Every service has it. */
export const infoRoute: ServicePlugin = (app) => {
  app.get('/api/v1/info', {
    config: { scopes: ['system:read'] },
    schema: {
      tags: ['Service'],
      summary: 'Who the service is',
      operationId: 'getInfo',
      response: { 200: InfoSchema },
    },
    handler: () => app.kernel.info,
  })
}
