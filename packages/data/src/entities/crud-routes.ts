import type { ServiceApp } from '@chapkit/core'
import type { FastifyInstance } from 'fastify'
import type { Answer, IdempotentAnswers } from '../idempotency/idempotent-answers.ts'
import { readIdempotencyKey } from '../idempotency/idempotency-key.ts'
import type { ListQuery } from '../paging.ts'
import { type CrudDescription, crudOperations } from './crud-operations.ts'
import type { Entity } from './entity.ts'
import { type EntityManager, missing } from './entity-manager.ts'
import { sentId, idOf, locationOf, routeOptions } from './entity-requests.ts'
import { entityTag, isNotModified, readIfMatch } from './preconditions.ts'
import { readList } from './read-list.ts'

/** What clients may do with entities of a kind. What they may not do has no route. */
export interface CrudPermissions {
  /** POST. Default: true. */
  readonly create?: boolean
  /** GET of one, of the list and of the schema. Default: true. */
  readonly read?: boolean
  /** PUT. Default: true. */
  readonly update?: boolean
  /** DELETE. Default: true. */
  readonly delete?: boolean
}

/** What a key must be allowed to do. */
export interface CrudScopes {
  /** For GET: `['configs:read']`. */
  readonly read: readonly string[]
  /** For POST, PUT and DELETE. */
  readonly write: readonly string[]
}

/** What the routes of a kind of entities need. */
export interface CrudOptions<E extends Entity> {
  readonly manager: Pick<
    EntityManager<E, unknown>,
    'list' | 'page' | 'after' | 'findById' | 'create' | 'replace' | 'delete'
  >
  readonly permissions: Required<CrudPermissions>
  readonly description: CrudDescription
  /** Scopes that the routes ask for. Default: `products:read` and `products:write`, after the plural. */
  readonly scopes?: CrudScopes | undefined
  /** An entity as it goes over the wire. */
  readonly toWire: (entity: E) => object
  /** Answers again what was answered to an `Idempotency-Key`. Default: the header has no effect. */
  readonly idempotency?: IdempotentAnswers | undefined
}

/** The scopes of the routes of a kind of entities, after its plural: `products:read`, `products:write`. */
export function crudScopes(plural: string): CrudScopes {
  const name = plural.replaceAll(/[ _]/g, '-')
  return { read: [`${name}:read`], write: [`${name}:write`] }
}

/** Registers the routes that are permitted, under the prefix of the given scope. */
export function crudRoutes<E extends Entity>(app: ServiceApp, options: CrudOptions<E>): void {
  const { manager, permissions, description, toWire } = options
  const { read, write } = options.scopes ?? crudScopes(description.plural)
  const operations = crudOperations(description)
  const route = routeOptions(app)

  if (permissions.create) {
    app.post('', route(operations.create, write), async (request, reply) => {
      const create = async (): Promise<Answer> => {
        const entity = await manager.create(request.body)
        const headers = {
          location: locationOf(request, app.prefix, entity.id),
          etag: entityTag(entity.version),
        }
        return { status: 201, headers, body: JSON.stringify(toWire(entity)) }
      }
      const key = readIdempotencyKey(request.headers['idempotency-key'])
      const { status, headers, body } =
        key === undefined || !options.idempotency
          ? await create()
          : await options.idempotency.once({ scope: app.prefix, key, content: request.body }, create)
      return reply.code(status).headers(headers).type('application/json').send(body)
    })
  }
  if (permissions.read) {
    app.get('', route(operations.list, read), async (request, reply) =>
      readList(manager, request.query as ListQuery, toWire, (next) => {
        reply.header('link', `<${app.prefix}?${next}>; rel="next"`)
      }),
    )
    app.get('/$schema', route(operations.schema, read), () => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...description.output,
    }))
    app.get('/:entity_id', route(operations.get, read), async (request, reply) => {
      const id = idOf(request)
      const entity = await manager.findById(id)
      if (!entity) throw missing(id)
      if (isNotModified(request, reply, entity.version)) return reply.code(304).send()
      return toWire(entity)
    })
  }
  if (permissions.update) {
    app.put('/:entity_id', route(operations.replace, write), async (request, reply) => {
      const entity = await manager.replace(sentId(request), request.body, {
        ifVersions: readIfMatch(request),
      })
      reply.header('etag', entityTag(entity.version))
      return toWire(entity)
    })
  }
  if (permissions.delete) {
    app.register((scope, _options, done) => {
      ignoreBodies(scope)
      scope.delete('/:entity_id', route(operations.delete, write), async (request, reply) => {
        const id = idOf(request)
        if (!(await manager.delete(id, { ifVersions: readIfMatch(request) }))) throw missing(id)
        return reply.code(204).type('application/json').send()
      })
      done()
    })
  }
}

/** Many clients send a Content-Type with every DELETE, and nothing after it; none of it has a meaning (RFC 9110, section 9.3.5). */
function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null))
}
