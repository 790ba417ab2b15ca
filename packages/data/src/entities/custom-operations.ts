import { InvalidOptionError, type ServiceApp } from '@chapkit/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { problems } from './crud-operations.ts'
import type { CrudScopes } from './crud-routes.ts'
import type { Entity } from './entity.ts'
import { type EntityManager, missing } from './entity-manager.ts'
import { checkedParts, idOf, routeOptions } from './entity-requests.ts'
import { EntityParamsSchema } from './entity-schema.ts'

/** What the handler of an operation gets beside the entity. */
export interface OperationContext<E extends Entity, Body extends TSchema> {
  readonly manager: EntityManager<E>
  /** The body, checked by the operation's schema; undefined where it has none. */
  readonly body: Static<Body>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

interface Operation<Body extends TSchema> {
  /** Default: POST where there is a body, else GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Schema of the body. Default: it takes none. */
  readonly body?: Body
  /** Schema of the answer, for the OpenAPI document. Default: anything. */
  readonly response?: TSchema
  /** What it does, for the OpenAPI document. Default: its name. */
  readonly summary?: string
}

/** An operation on all entities of a kind: `/products/$name`. What it gives is the answer; entities get their wire form. */
export interface CollectionOperation<
  E extends Entity,
  Body extends TSchema = TSchema,
> extends Operation<Body> {
  readonly handler: (context: OperationContext<E, Body>) => unknown
}

/** An operation on one entity: `/products/{entity_id}/$name`; 404 where there is none. */
export interface EntityOperation<E extends Entity, Body extends TSchema = TSchema> extends Operation<Body> {
  readonly handler: (entity: E, context: OperationContext<E, Body>) => unknown
}

/** Registers operations by name, without the `$`. */
export interface OperationRegistrar<E extends Entity> {
  /** `/products/$name` */
  collection<Body extends TSchema>(name: string, operation: CollectionOperation<E, Body>): void
  /** `/products/{entity_id}/$name` */
  entity<Body extends TSchema>(name: string, operation: EntityOperation<E, Body>): void
}

/** What is needed to register them. */
export interface CustomOperationsOptions<E extends Entity> {
  readonly manager: EntityManager<E>
  readonly name: string
  /** What operations ask for: those of GET the first, all others the second. */
  readonly scopes: CrudScopes
  readonly tags: readonly string[]
  readonly toWire: (entity: E) => object
}

/** Registers operations of the user's own under the prefix of the given scope. */
export function operationRegistrar<E extends Entity>(
  app: ServiceApp,
  { manager, name, scopes, tags, toWire }: CustomOperationsOptions<E>,
): OperationRegistrar<E> {
  const route = routeOptions(app)
  const options = <Body extends TSchema>(
    operation: string,
    definition: Operation<Body>,
    params?: TSchema,
  ) => {
    const { summary = operation, body, response } = definition
    const { method = body ? 'POST' : 'GET' } = definition
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(operation)) {
      throw new InvalidOptionError(`defineEntity(): the operation '${operation}' must be in kebab-case.`)
    }
    return {
      ...route(
        {
          tags,
          summary,
          operationId: operationId(operation, name),
          ...(params && { params }),
          ...(body && { body }),
          response: {
            200: response ?? Type.Unknown({ description: 'The answer' }),
            ...problems(name, 400, 404, 409, 415, 422),
          },
        },
        method === 'GET' ? scopes.read : scopes.write,
      ),
      validatorCompiler: checkedParts(app, 'querystring', 'body'),
      method,
    }
  }
  return {
    collection(operation, definition) {
      app.route({
        ...options(operation, definition),
        url: `/$${operation}`,
        handler: async (request, reply) =>
          onWire(await definition.handler({ manager, body: request.body as never, request, reply }), toWire),
      })
    },
    entity(operation, definition) {
      app.route({
        ...options(operation, definition, EntityParamsSchema),
        url: `/:entity_id/$${operation}`,
        handler: async (request, reply) => {
          const id = idOf(request)
          const entity = await manager.findById(id)
          if (!entity) throw missing(id)
          const context = { manager, body: request.body as never, request, reply }
          return onWire(await definition.handler(entity, context), toWire)
        },
      })
    },
  }
}

/** `add-stock` of a `product` is `addStockProduct`. */
function operationId(operation: string, name: string): string {
  return `${operation}-${name}`.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase())
}

/** Entities, alone or in a list, in their wire form; anything else as it is. */
function onWire(result: unknown, toWire: (entity: never) => object): unknown {
  if (Array.isArray(result)) return result.map((item) => onWire(item, toWire))
  return isEntity(result) ? toWire(result as never) : result
}

function isEntity(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'version' in value && 'updatedAt' in value
}
