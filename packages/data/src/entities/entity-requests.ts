import { type OperationSchema, Problem, type ServiceApp } from '@chapkit/core'
import type { FastifyRequest, FastifySchema, FastifySchemaCompiler } from 'fastify'
import { parseUlid } from '../ulid.ts'

type Shown = Omit<OperationSchema, 'tags'> & { readonly tags: readonly string[] }

/**
 * Makes the options of routes on entities: the manager checks ids and bodies, and entities keep what no schema names. A route
 * may ask for scopes.
 */
export function routeOptions(app: ServiceApp) {
  const validatorCompiler = checkedParts(app, 'querystring')
  return (schema: Shown, scopes?: readonly string[]) => ({
    schema: { ...schema, tags: [...schema.tags] },
    config: scopes ? { scopes } : {},
    validatorCompiler,
    serializerCompiler: () => JSON.stringify,
  })
}

/** Checks these parts of a request by its schema. Ids are looked at by `idOf()`, and headers by those who read them. */
export function checkedParts(
  app: ServiceApp,
  ...parts: readonly ('querystring' | 'body')[]
): FastifySchemaCompiler<FastifySchema> {
  return (part) => {
    const isChecked = parts.some((checked) => checked === part.httpPart)
    return (isChecked ? app.validatorCompiler?.(part) : undefined) ?? (() => true)
  }
}

/** The id of the path as it was sent. An encoded slash in it makes it another path, at which there is nothing. */
export function sentId(request: FastifyRequest): string {
  const { entity_id: id } = request.params as { entity_id: string }
  if (id.includes('/')) throw new Problem('not-found', 'There is nothing at this path.')
  return id
}

/**
 * The id of the path.
 *
 * @throws Problem invalid-ulid (400) for what is no ULID; it is about the entity, whatever was to be done with it.
 */
export function idOf(request: FastifyRequest): string {
  const id = sentId(request)
  return parseUlid(id, `${request.server.prefix}/${id}`)
}

/** Absolute, as recorded. A client of HTTP/1.0 may send no Host, and gets the path alone (RFC 9110, section 10.2.2). */
export function locationOf({ protocol, host }: FastifyRequest, prefix: string, id: string): string {
  return `${host === '' ? '' : `${protocol}://${host}`}${prefix}/${id}`
}
