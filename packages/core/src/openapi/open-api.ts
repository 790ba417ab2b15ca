import swagger from '@fastify/swagger'
import type { Kernel } from '../app-kernel.ts'
import { HIDDEN } from '../pages/page.ts'
import type { WireServiceInfo } from '../service-info.ts'
import type { ServicePlugin } from '../service-module.ts'
import type { OperationSchema } from './contributions.ts'

/** Where the OpenAPI document is. */
export const DOCUMENT_PATH = '/openapi.json'

/**
 * The OpenAPI 3.1 document of the service, made of the schemas of its routes and of what modules contribute. It is made when
 * it is first asked for, and kept.
 */
export const openApi: ServicePlugin = async (app) => {
  const { info, openApi: contributions } = app.kernel
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: documentInfo(info) },
    // A component has the `$id` of its schema for a name.
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
    transform: ({ schema, url, route }) => ({
      url,
      schema: contributions.reduce<OperationSchema>(
        (shown, { operation }) => operation?.(shown, route) ?? shown,
        schema as OperationSchema,
      ),
    }),
  })

  let document: string | undefined
  app.get(DOCUMENT_PATH, HIDDEN, (_request, reply) => {
    document ??= JSON.stringify(withSecuritySchemes(app.swagger(), contributions))
    return reply.header('cache-control', 'no-cache').type('application/json').send(document)
  })
}

function documentInfo({
  display_name,
  version,
  summary,
  description,
  contact,
  license_info,
}: WireServiceInfo) {
  return {
    title: display_name,
    version,
    ...(summary !== null && { summary }),
    ...(description !== null && { description }),
    ...(contact !== null && { contact }),
    ...(license_info !== null && { license: license_info }),
  }
}

function withSecuritySchemes(document: object, contributions: Kernel['openApi']): object {
  const { components } = document as { components: object }
  const schemes = contributions.map(({ securitySchemes }) => securitySchemes)
  return { ...document, components: { ...components, securitySchemes: Object.assign({}, ...schemes) } }
}
