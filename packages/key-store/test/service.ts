import { type ApiKeyStatus, auth } from '@chapkit/auth'
import {
  buildService,
  compose,
  logging,
  parseServiceInfo,
  sendEvents,
  type ServerOptions,
  type ServiceApp,
  type ServiceModule,
} from '@chapkit/core'
import { type Database, database, openDatabase } from '@chapkit/data'
import { databaseKeys, type DatabaseKeysOptions, keysApi } from '@chapkit/key-store'
import { captureLog, closing, type DatabaseKind, databaseUrl } from '@chapkit/testing'
import { onTestFinished } from 'vitest'
import { KeyTable } from '../src/key-table.ts'
import { type KeySettings, makeKey, type NewKey } from '../src/stored-key.ts'

/** What tests see of a service. */
export type App = ServiceApp<{ apiKeys: ApiKeyStatus; database: Database }>

const routes: ServiceModule = {
  name: 'routes',
  plugin(app) {
    app.get('/data', (request) => ({ id: request.apiKey?.id }))
    app.get('/events', (_request, reply) => sendEvents(reply, ticks))
    app.post('/echo', (request) => {
      throw new Error(JSON.stringify(request.body))
    })
  },
}

async function* ticks(signal: AbortSignal) {
  yield { open: true }
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

/** A service whose keys are in a database, and which closes itself. */
export async function start(
  given: string | Database,
  options: DatabaseKeysOptions = {},
  server: ServerOptions = {},
): Promise<{ app: App; log: ReturnType<typeof captureLog> }> {
  const log = captureLog()
  const store = databaseKeys({ pollInterval: 100, ...options })
  const modules = compose([keysApi(), routes, auth({ store }), database(given), logging()])
  const info = parseServiceInfo({ displayName: 'Keys' })
  const app = buildService({ info, modules, server: { logStream: log.stream, ...server } })
  await closing(app).ready()
  return { app: app as unknown as App, log }
}

/** A database, with the tables of keys, which is closed when the test ends. */
export async function openKeys(url: string) {
  const opened = await openDatabase(url)
  onTestFinished(() => opened.close())
  const table = new KeyTable(opened)
  await table.migrate()
  return { database: opened, table }
}

/** Adds a key as the command line does. */
export async function addKey(table: KeyTable, settings: KeySettings = {}): Promise<NewKey> {
  const made = makeKey(settings, 'test')
  await table.change(() => table.insert(made))
  return made
}

/** A service with one key that may manage keys. */
export async function startWithAdmin(kind: DatabaseKind, options?: DatabaseKeysOptions) {
  const opened = await openKeys(await databaseUrl(kind))
  const admin = await addKey(opened.table, { name: 'admin', scopes: ['keys:admin', 'data:*'] })
  return { ...opened, admin, ...(await start(opened.database, options)) }
}

/** Status of a request with a key. */
export async function statusWith(app: App, key: string, url = '/data'): Promise<number> {
  return (await app.inject({ url, headers: { 'x-api-key': key } })).statusCode
}

/** Calls the routes of the keys with a key. */
export function callerOf(app: App, key: string) {
  return async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) => {
    const url = `/api/v1/keys${path}`
    const answer = await app.inject({
      method,
      url,
      headers: { 'x-api-key': key, ...headers },
      ...(payload && { payload }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: (answer.body === '' ? {} : answer.json()) as Record<string, unknown> & {
        id: string
        key: string
      },
    }
  }
}
