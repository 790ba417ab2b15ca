import { join } from 'node:path'
import { config, type ConfigManager, type ConfigOptions } from '@chapkit/config'
import { buildService, compose, parseServiceInfo, type ServiceApp, type ServiceModule } from '@chapkit/core'
import { database } from '@chapkit/data'
import { captureLog, closing, temporaryFolder } from '@chapkit/testing'
import { type Static, type TObject, Type } from 'typebox'

/** The config of the recorded contract. */
export const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  retries: Type.Integer({ minimum: 0, maximum: 10, default: 3 }),
  tags: Type.Array(Type.String(), { default: [] }),
})

export type AppConfig = Static<typeof AppConfig>

/** What is stored of `{ environment: 'e' }`. */
export const DEFAULTS = { debug: false, retries: 3, tags: [] }

/** A well-formed id that no test stores. */
export const UNKNOWN_ID = '01HZZZZZZZZZZZZZZZZZZZZZZZ'

/** A service with configs of a schema, which closes itself and keeps its log to itself. */
export function serviceOf<Schema extends TObject>(
  schema: Schema,
  options: ConfigOptions & { url?: string; before?: ServiceModule[] } = {},
): ServiceApp<{ configs: ConfigManager<Static<Schema>> }> {
  const { url, before = [], ...rest } = options
  const modules = compose([...before, config(schema, rest), ...(rest.store ? [] : [database(url)])])
  const info = parseServiceInfo({ displayName: 'Configs' })
  const app = buildService({ info, modules, server: { logStream: captureLog().stream } })
  return closing(app as ServiceApp<{ configs: ConfigManager<Static<Schema>> }>)
}

/** URL of a database file that is not there yet, in a folder that is gone when the test ends. */
export function temporaryUrl(): string {
  return `sqlite:${join(temporaryFolder(), 'configs.db')}`
}

/** POSTs a config and gives its wire form. */
export async function create(
  app: ServiceApp,
  body: object,
): Promise<Record<string, unknown> & { id: string }> {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/configs', body })
  if (answer.statusCode !== 201) throw new Error(answer.body)
  return answer.json()
}
