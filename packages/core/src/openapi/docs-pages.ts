import type { ServicePlugin } from '../service-module.ts'
import { openApi } from './open-api.ts'
import { redocPage } from './redoc-page.ts'
import { swaggerPage } from './swagger-page.ts'

/**
 * What every service tells about its API: the OpenAPI document at `/openapi.json`, and the pages `/docs` (Swagger UI) and
 * `/redoc` (ReDoc), which load nothing from elsewhere. It knows the routes that are registered after it.
 */
export const docsPages: ServicePlugin = async (app) => {
  await openApi(app)
  swaggerPage(app)
  redocPage(app)
}
