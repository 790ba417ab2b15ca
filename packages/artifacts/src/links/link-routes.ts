import type { ServiceApp } from '@chapkit/core'
import { crudScopes, idOf, inputCheck, routeOptions } from '@chapkit/data'
import type { ArtifactManager } from '../manager.ts'
import { artifactOperations, LinkSchema } from '../operations.ts'
import type { ParsedArtifactOptions } from '../options.ts'
import { listedToWire } from '../schema.ts'

/** Registers the routes that link artifacts to configs, under the prefix of the given scope: that of the configs. */
export function linkRoutes(
  app: ServiceApp,
  artifacts: ArtifactManager,
  { tags, permissions }: Pick<ParsedArtifactOptions, 'tags' | 'permissions'>,
): void {
  const operations = artifactOperations(tags)
  const route = routeOptions(app)
  const configScopes = crudScopes('configs')
  const read = [...configScopes.read, ...crudScopes('artifacts').read]
  const { write } = configScopes
  const link = inputCheck(app, LinkSchema, 'body', 'withArtifacts()')
  const artifactId = (body: unknown) => String(link.check(body)['artifact_id'])

  if (permissions.read) {
    app.get('/:entity_id/$artifacts', route(operations.linked, read), async (request) =>
      (await artifacts.linkedTo(idOf(request))).map(listedToWire),
    )
  }
  if (!permissions.update) return
  app.post('/:entity_id/$link-artifact', route(operations.link, write), async (request, reply) => {
    const configId = idOf(request)
    await artifacts.link(configId, artifactId(request.body))
    return reply.code(204).type('application/json').send()
  })
  app.post('/:entity_id/$unlink-artifact', route(operations.unlink, write), async (request, reply) => {
    const configId = idOf(request)
    await artifacts.unlink(configId, artifactId(request.body))
    return reply.code(204).type('application/json').send()
  })
}
