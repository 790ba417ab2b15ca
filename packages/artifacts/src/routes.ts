import { configToWire } from '@chapkit/config'
import type { ServiceApp } from '@chapkit/core'
import { crudRoutes, crudScopes, type IdempotentAnswers, idOf, routeOptions } from '@chapkit/data'
import type { Artifact } from './artifact.ts'
import { fromWire } from './input.ts'
import type { ArtifactManager } from './manager.ts'
import { artifactOperations } from './operations.ts'
import type { ParsedArtifactOptions } from './options.ts'
import { missingArtifact } from './problems.ts'
import { artifactInputSchema, ArtifactSchema, expandedToWire, toWire, treeToWire } from './schema.ts'

/** What the routes of artifacts need. */
export interface ArtifactRouteOptions extends Pick<
  ParsedArtifactOptions,
  'tags' | 'permissions' | 'enableConfigLinking'
> {
  readonly idempotency: IdempotentAnswers
}

/** Registers the routes of artifacts that are permitted, under the prefix of the given scope. */
export function artifactRoutes(
  app: ServiceApp,
  artifacts: ArtifactManager,
  { tags, permissions, enableConfigLinking, idempotency }: ArtifactRouteOptions,
): void {
  crudRoutes<Artifact>(app, {
    manager: onWire(artifacts),
    permissions,
    description: {
      name: 'artifact',
      plural: 'artifacts',
      tags,
      input: artifactInputSchema,
      output: ArtifactSchema,
    },
    toWire,
    idempotency,
  })
  if (!permissions.read) return
  const operations = artifactOperations(tags)
  const route = routeOptions(app)
  const { read } = crudScopes('artifacts')
  const readWithConfig = [...read, ...crudScopes('configs').read]
  app.get('/:entity_id/$expand', route(operations.expand, read), async (request) => {
    const id = idOf(request)
    const artifact = await artifacts.expand(id)
    if (!artifact) throw missingArtifact(id)
    return expandedToWire(artifact, null, configToWire)
  })
  app.get(
    '/:entity_id/$tree',
    route(operations.tree, enableConfigLinking ? readWithConfig : read),
    async (request) => {
      const id = idOf(request)
      const tree = await artifacts.tree(id)
      if (!tree) throw missingArtifact(id)
      return treeToWire(tree, configToWire)
    },
  )
  if (!enableConfigLinking) return
  app.get('/:entity_id/$config', route(operations.config, readWithConfig), async (request, reply) => {
    const config = await artifacts.findConfig(idOf(request))
    return reply.type('application/json').send(JSON.stringify(config ? configToWire(config) : null))
  })
}

/** The manager as the routes use it: bodies have the names of the wire, and lists leave content out. */
function onWire(artifacts: ArtifactManager) {
  return {
    findById: (id: string) => artifacts.findById(id),
    delete: (id: string, options: object) => artifacts.delete(id, options),
    create: (body: unknown) => artifacts.create(fromWire(body)),
    replace: (id: string, body: unknown, options: object) => artifacts.replace(id, fromWire(body), options),
    list: async () => (await artifacts.list()).map(withoutContent),
    after: async (id: string | undefined, limit: number) =>
      (await artifacts.after(id, limit)).map(withoutContent),
    page: async (page: number, size: number) => {
      const { items, ...rest } = await artifacts.page(page, size)
      return { ...rest, items: items.map(withoutContent) }
    },
  }
}

function withoutContent({ content: _content, ...artifact }: Artifact): Artifact {
  return artifact
}
