import { type ArtifactManager, type ArtifactOptions, artifacts } from '@chapkit/artifacts'
import { config, type ConfigManager, type ConfigOptions } from '@chapkit/config'
import {
  buildService,
  compose,
  docsPages,
  parseServiceInfo,
  type ServerOptions,
  type ServiceApp,
  type ServiceModule,
} from '@chapkit/core'
import { type Database, database } from '@chapkit/data'
import { captureLog, closing } from '@chapkit/testing'
import { Type } from 'typebox'

/** Path of the artifacts. */
export const PATH = '/api/v1/artifacts'

/** A well-formed id that no test stores. */
export const UNKNOWN_ID = '01HZZZZZZZZZZZZZZZZZZZZZZZ'

export const hierarchy = { name: 'ml_pipeline', levelLabels: { 0: 'model', 1: 'prediction' } }

export type App = ServiceApp<{
  artifacts: ArtifactManager
  database: Database
  configs: ConfigManager<{ value: number }>
}>

const docs: ServiceModule = {
  name: 'docs',
  async plugin(app) {
    if (!app.hasDecorator('swagger')) await docsPages(app)
  },
}

export interface TestServiceOptions extends ArtifactOptions {
  readonly url?: string
  readonly configs?: ConfigOptions
  readonly server?: ServerOptions
}

/** A service with artifacts, linked to configs, which closes itself and keeps its log to itself. */
export function serviceOf({
  url = 'sqlite::memory:',
  configs,
  server,
  ...options
}: TestServiceOptions = {}): App {
  const modules = compose([
    docs,
    database(url),
    config(Type.Object({ value: Type.Number({ default: 0 }) }), configs),
    artifacts({ hierarchy, enableConfigLinking: true, ...options }),
  ])
  const info = parseServiceInfo({ displayName: 'Artifacts' })
  return closing(
    buildService({ info, modules, server: { logStream: captureLog().stream, ...server } }) as unknown as App,
  )
}

/** An artifact on the wire. */
export interface Wire {
  readonly id: string
  readonly data: unknown
  readonly parent_id: string | null
  readonly level: number
  readonly children: Wire[]
  readonly [member: string]: unknown
}

/** POSTs an artifact and gives its wire form. */
export async function create(app: App, body: object): Promise<Wire> {
  const answer = await app.inject({ method: 'POST', url: PATH, body })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return answer.json()
}

/** A root, its child, and so on: as many as there are data. */
export async function chain(app: App, ...all: unknown[]): Promise<string[]> {
  const ids: string[] = []
  for (const data of all) ids.push((await create(app, { data, parent_id: ids.at(-1) ?? null })).id)
  return ids
}

/** GETs JSON below the collection. */
export async function get<T = Wire>(app: App, path: string): Promise<T> {
  return (await app.inject(`${PATH}/${path}`)).json()
}

/** PUTs an artifact. */
export function put(app: App, id: string, body: unknown) {
  return app.inject({ method: 'PUT', url: `${PATH}/${id}`, body: body as object })
}
