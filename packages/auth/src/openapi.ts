import { type OpenApiContribution, PROBLEM_CONTENT_TYPE } from '@chapkit/core'
import type { Access } from './access.ts'

const SCHEME = 'ApiKeyAuth'

/** Tells the OpenAPI document which header takes the key, which operations need it, and that they may answer 401. */
export function documentKeys(access: Access, headerName: string): OpenApiContribution {
  const unauthorized = {
    description: 'The API key is missing or not valid',
    content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: 'ProblemDetail#' } } },
  }
  return {
    securitySchemes: { [SCHEME]: { type: 'apiKey', in: 'header', name: headerName } },
    operation(schema, route) {
      if (access.isOpenRoute(route)) return { ...schema, security: [] }
      const response = { ...(schema.response as object | undefined), 401: unauthorized }
      return { ...schema, security: [{ [SCHEME]: [] }], response }
    },
  }
}
