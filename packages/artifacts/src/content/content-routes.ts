import { closeUnread, Problem, type ServiceApp } from '@chapkit/core'
import { crudScopes, idOf, routeOptions } from '@chapkit/data'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { contentToWire } from '../schema.ts'
import { contentOperations } from './content-operations.ts'
import { contentTag } from './content.ts'
import type { ContentStore } from './content-store.ts'
import { sendContent } from './download.ts'
import { uploadedBytes } from './uploaded-bytes.ts'

/** What the routes of contents need. */
export interface ContentRouteOptions {
  readonly contents: ContentStore
  readonly permissions: { readonly read: boolean; readonly update: boolean }
  readonly tags: readonly string[]
}

/** Registers the routes of contents, under the prefix of the given scope. */
export function contentRoutes(app: ServiceApp, { contents, permissions, tags }: ContentRouteOptions): void {
  const operations = contentOperations(tags)
  const route = routeOptions(app)
  const { read, write } = crudScopes('artifacts')

  if (permissions.read) {
    const handler = async (request: FastifyRequest, reply: FastifyReply) =>
      sendContent(request, reply, { contents, id: idOf(request) })
    // The HEAD that Fastify would add reads the content, and shows it to nobody.
    app.get('/:entity_id/$download', { ...route(operations.download, read), exposeHeadRoute: false }, handler)
    app.head('/:entity_id/$download', route({ ...operations.download, hide: true }, read), handler)
  }
  if (!permissions.update) return
  app.register((scope, _options, done) => {
    leaveBodies(scope)
    const config = { limitsBodyTime: true, scopes: write }
    scope.put('/:entity_id/$content', { ...route(operations.write), config }, async (request, reply) => {
      const id = idOf(request)
      refusePartsAndEncodings(request)
      const { 'content-type': mediaType, 'content-length': length } = request.headers
      const content = await contents.write(id, uploadedBytes(request, app.kernel.requestTimeout), {
        mediaType,
        ...(length !== undefined && { size: Number(length) }),
        conditions: request.headers,
      })
      return reply.header('etag', contentTag(content)).send(contentToWire(content))
    })
    scope.delete('/:entity_id/$content', route(operations.remove, write), async (request, reply) => {
      const id = idOf(request)
      // It is gone, also where there was none: a repeat gets the same answer.
      await contents.delete(id, request.headers)
      return reply.code(204).send()
    })
    done()
  })
}

/** Bodies are of any type, and read by the handler alone. */
function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  scope.addHook('onSend', (request, reply, payload, done) => {
    // An answer that comes before the end of the body is a refusal.
    if (!request.raw.complete) closeUnread(request, reply)
    done(null, payload)
  })
}

/** The bytes are kept as they come, so they must be the content itself (RFC 9110, sections 8.4 and 14.4). */
function refusePartsAndEncodings({ headers }: FastifyRequest): void {
  if (headers['content-range'] !== undefined) {
    throw new Problem('bad-request', 'Content-Range is not supported here; send the whole content.')
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the content without Content-Encoding.', {
      headers: { 'accept-encoding': 'identity' },
    })
  }
}
