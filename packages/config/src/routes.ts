import { Problem, type ServiceApp } from '@chapkit/core'
import { type PageQuery, parseUlid } from '@chapkit/data'
import type { FastifyInstance, FastifyRequest, FastifySchema, FastifySchemaCompiler } from 'fastify'
import type { TObject } from 'typebox'
import type { ConfigInput } from './config.ts'
import { type ConfigManager, missing } from './manager.ts'
import { configOperations } from './operations.ts'
import type { ParsedConfigOptions } from './options.ts'
import { configOutputSchema, toWire } from './schema.ts'

type Options = Pick<ParsedConfigOptions, 'permissions' | 'tags'>

/** Registers the routes that are permitted, under the prefix of the given scope. */
export function configRoutes<T>(
  app: ServiceApp,
  configs: ConfigManager<T>,
  data: TObject,
  { permissions, tags }: Options,
): void {
  const operations = configOperations(data, [...tags])
  const route = (schema: FastifySchema) => ({
    schema,
    validatorCompiler: onlyQueries(app),
    // Data keeps members that its schema does not name.
    serializerCompiler: () => JSON.stringify,
  })

  if (permissions.create) {
    app.post('', route(operations.create), async (request, reply) => {
      const config = await configs.create(request.body as ConfigInput<T>)
      return reply
        .code(201)
        .header('location', locationOf(request, app.prefix, config.id))
        .send(toWire(config))
    })
  }
  if (permissions.read) {
    app.get('', route(operations.list), async (request) => {
      const { page, size } = request.query as PageQuery
      if (page === undefined || size === undefined) return (await configs.list()).map(toWire)
      const { items, ...rest } = await configs.page(page, size)
      return { items: items.map(toWire), ...rest }
    })
    app.get('/$schema', route(operations.schema), () => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...configOutputSchema(data),
    }))
    app.get('/:entity_id', route(operations.get), async (request) => {
      const id = parseUlid(entityId(request))
      const config = await configs.findById(id)
      if (!config) throw missing(id)
      return toWire(config)
    })
  }
  if (permissions.update) {
    app.put('/:entity_id', route(operations.replace), async (request) =>
      toWire(await configs.replace(entityId(request), request.body as ConfigInput<T>)),
    )
  }
  if (permissions.delete) {
    app.register((scope, _options, done) => {
      ignoreBodies(scope)
      scope.delete('/:entity_id', route(operations.delete), async (request, reply) => {
        const id = parseUlid(entityId(request))
        if (!(await configs.delete(id))) throw missing(id)
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

/** Ids and bodies are checked by the manager, which answers with its own problems; Fastify checks what remains. */
function onlyQueries(app: ServiceApp): FastifySchemaCompiler<FastifySchema> {
  return (part) => {
    const validate = part.httpPart === 'querystring' ? app.validatorCompiler?.(part) : undefined
    return validate ?? (() => true)
  }
}

/** The id of the path. An encoded slash in it makes it another path, at which there is nothing. */
function entityId(request: FastifyRequest): string {
  const { entity_id: id } = request.params as { entity_id: string }
  if (id.includes('/')) throw new Problem('not-found', 'There is nothing at this path.')
  return id
}

/** Absolute, as recorded. A client of HTTP/1.0 may send no Host, and gets the path alone (RFC 9110, section 10.2.2). */
function locationOf({ protocol, host }: FastifyRequest, prefix: string, id: string): string {
  return `${host === '' ? '' : `${protocol}://${host}`}${prefix}/${id}`
}
