import { arch, hostname, release, type } from 'node:os'
import { Type } from 'typebox'
import { parseOptions, pathOption } from '../parse-options.ts'
import type { ServiceApp, ServiceModule } from '../service-module.ts'
import { AppManifestEntrySchema } from '../static-apps/manifest.ts'

/** Options of `withSystem()`. */
export interface SystemOptions {
  /** Path of the system report; the list of apps is at `<prefix>/apps`. Default: `/api/v1/system`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['System']`. */
  readonly tags?: readonly string[]
}

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/api/v1/system' }),
    tags: Type.Array(Type.String(), { default: ['System'] }),
  },
  { additionalProperties: false },
)

const SystemSchema = Type.Object({
  current_time: Type.String({ format: 'date-time', description: 'Time of the service (UTC)' }),
  timezone: Type.String({ description: 'Time zone of the process' }),
  node_version: Type.String(),
  platform: Type.String({ description: 'Operating system, its release, and the processor' }),
  hostname: Type.String(),
})

const AppsSchema = Type.Array(AppManifestEntrySchema, { title: 'Static apps' })

/**
 * What the service runs on, and the static apps that it serves: `GET /api/v1/system`, `/api/v1/system/apps` and
 * `/api/v1/system/apps/$schema`.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an unknown option or one of the wrong type.
 */
export function system(options: SystemOptions = {}): ServiceModule {
  const { prefix, tags } = parseOptions(Options, options, 'withSystem()')
  return {
    name: 'system',
    plugin(app) {
      app.register(
        (routes, _options, done) => {
          systemRoutes(routes, [...tags])
          done()
        },
        { prefix },
      )
    },
  }
}

function systemRoutes(app: ServiceApp, tags: string[]): void {
  const timezone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const config = { scopes: ['system:read'] }
  const platform = `${type()} ${release()} ${arch()}`

  app.get('', {
    config,
    schema: {
      tags,
      summary: 'What the service runs on',
      operationId: 'getSystem',
      response: { 200: SystemSchema },
    },
    handler: () => ({
      current_time: new Date().toISOString(),
      timezone,
      node_version: process.versions.node,
      platform,
      hostname: hostname(),
    }),
  })
  app.get('/apps', {
    config,
    schema: { tags, summary: 'List the static apps', operationId: 'listApps', response: { 200: AppsSchema } },
    handler: () => app.kernel.apps,
  })
  app.get('/apps/$schema', {
    config,
    schema: {
      tags,
      summary: 'JSON Schema of the list of static apps',
      operationId: 'getAppsSchema',
      response: { 200: Type.Object({}, { additionalProperties: true, description: 'JSON Schema' }) },
    },
    serializerCompiler: () => JSON.stringify,
    handler: () => AppsSchema,
  })
}
