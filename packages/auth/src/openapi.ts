import { type OpenApiContribution, problemResponses } from '@chapkit/core'
import type { Access } from './access.ts'

const SCHEME = 'ApiKeyAuth'

/** Tells the OpenAPI document which header takes the key, which operations need it, and that they may answer 401. */
export function documentKeys(access: Access, headerName: string): OpenApiContribution {
  const unauthorized = problemResponses({ 401: 'The API key is missing or not valid' })
  return {
    securitySchemes: { [SCHEME]: { type: 'apiKey', in: 'header', name: headerName } },
    operation(schema, route) {
      if (access.isOpenRoute(route)) return { ...schema, security: [] }
      const response = { ...(schema.response as object | undefined), ...unauthorized }
      return { ...schema, security: [{ [SCHEME]: [] }], response }
    },
  }
}
