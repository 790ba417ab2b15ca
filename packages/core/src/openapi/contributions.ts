// Kept in the declarations, so that whoever uses this package may write tags, summary and hide in the schema of a route.
/// <reference types="@fastify/swagger" preserve="true" />
import type { FastifySchema, RouteOptions } from 'fastify'

/** What a module adds to the OpenAPI document beside the schemas of its routes. */
export interface OpenApiContribution {
  /** Security schemes by name (OpenAPI 3.1, section 4.8.27). */
  readonly securitySchemes?: Readonly<Record<string, Record<string, unknown>>>
  /** Sees each route when the document is made, and gives the schema that is shown. */
  readonly operation?: (schema: OperationSchema, route: RouteOptions) => OperationSchema
}

/** The schema of a route with the members that the OpenAPI document takes from it. */
export type OperationSchema = FastifySchema & {
  /** Whether a request may do without the body that is described. Default: false. */
  optionalBody?: boolean
  security?: readonly Record<string, readonly string[]>[]
}
