import { type OpenApiContribution, problemResponses } from '@chapkit/core'
import type { Access } from './access.ts'

const SCHEME = 'ApiKeyAuth'

/**
 * Tells the OpenAPI document which header takes the key, which operations need it and with which scopes, and that they may
 * answer 401 and 403. In OpenAPI 3.1 scopes may stand beside a scheme of any type.
 */
export function documentKeys(access: Access, headerName: string): OpenApiContribution {
  const unauthorized = problemResponses({ 401: 'The API key is missing or not valid' })
  const forbidden = problemResponses({ 403: 'The API key may not do this' })
  return {
    get securitySchemes() {
      const scopes = access.scopes()
      const description = `Scopes: ${scopes.join(', ')}. A key without scopes may do everything but what is administrative.`
      const scheme = { type: 'apiKey', in: 'header', name: headerName }
      return { [SCHEME]: scopes.length > 0 ? { ...scheme, description } : scheme }
    },
    operation(schema, route) {
      if (access.isOpenRoute(route)) return { ...schema, security: [] }
      const scopes = [...(route.config?.scopes ?? [])]
      const response = {
        ...(schema.response as object | undefined),
        ...unauthorized,
        ...(scopes.length > 0 && forbidden),
      }
      return { ...schema, security: [{ [SCHEME]: scopes }], response }
    },
  }
}
