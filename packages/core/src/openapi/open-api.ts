import swagger from '@fastify/swagger'
import { HIDDEN } from '../pages/page.ts'
import type { WireServiceInfo } from '../service-info.ts'
import type { ServicePlugin } from '../service-module.ts'
import type { OperationSchema } from './contributions.ts'
import { finishDocument, OPTIONAL_BODY } from './finish-document.ts'

/** Where the OpenAPI document is. */
export const DOCUMENT_PATH = '/openapi.json'

/**
 * The OpenAPI 3.1 document of the service, made of the schemas of its routes and of what modules contribute. It is made when
 * it is first asked for, and kept.
 */
export const openApi: ServicePlugin = async (app) => {
  const { info, openApi: contributions } = app.kernel
  const securitySchemes: Record<string, never> = {}
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: documentInfo(info), components: { securitySchemes } },
    // A component has the `$id` of its schema for a name.
    refResolver: { buildLocalReference: (schema) => schema.$id as string },
    transform: ({ schema, url, route }) => {
      const { optionalBody, ...shown } = contributions.reduce<OperationSchema>(
        (given, { operation }) => operation?.(given, route) ?? given,
        // A route may have none, whatever the type says.
        schema ?? {},
      )
      return { url, schema: optionalBody ? { ...shown, [OPTIONAL_BODY]: true } : shown }
    },
  })

  let document: string | undefined
  app.get(DOCUMENT_PATH, HIDDEN, (_request, reply) => {
    if (document === undefined) {
      Object.assign(securitySchemes, ...contributions.map((contribution) => contribution.securitySchemes))
      document = JSON.stringify(finishDocument(app.swagger()))
    }
    return reply.header('cache-control', 'no-cache').type('application/json').send(document)
  })
}

/** The description stands for the summary where a service has only that; the contract knows no summary beside it. */
function documentInfo({ display_name, version, description, contact, license_info }: WireServiceInfo) {
  return {
    title: display_name,
    version,
    ...(description !== null && { description }),
    ...(contact !== null && { contact }),
    ...(license_info !== null && { license: license_info }),
  }
}
