import { buildService, compose, parseServiceInfo, type ServiceApp, type ServiceModule } from '@chapkit/core'
import { database, type Database, openDatabase } from '@chapkit/data'
import { captureLog, closing, type DatabaseKind, databaseUrl } from '@chapkit/testing'
import { Type } from 'typebox'
import { onTestFinished } from 'vitest'

/** A schema with a member of every kind. */
export const ProductSchema = Type.Object({
  sku: Type.String({ minLength: 1 }),
  price: Type.Number({ minimum: 0 }),
  stock: Type.Integer({ default: 0 }),
  is_active: Type.Boolean({ default: true }),
  note: Type.Optional(Type.String()),
  brand: Type.Union([Type.String(), Type.Null()], { default: null }),
  color: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  tags: Type.Array(Type.String(), { default: [] }),
  size: Type.Optional(Type.Union([Type.Literal('s'), Type.Literal('m')])),
})

/** What is stored of `{ sku, price }`. */
export const DEFAULTS = { stock: 0, is_active: true, brand: null, tags: [] }

/** A database that is closed when the test ends. */
export async function opened(url: string): Promise<Database> {
  const database = await openDatabase(url)
  onTestFinished(() => database.close())
  return database
}

/** The same, a fresh one. */
export async function openFresh(kind: DatabaseKind): Promise<Database> {
  return opened(await databaseUrl(kind))
}

/** A service with a module over a fresh database, or the one given, which closes itself and keeps its log to itself. */
export async function serviceOn<Decorators>(
  kind: DatabaseKind,
  module: ServiceModule<Decorators>,
  given?: Database,
): Promise<ServiceApp<Decorators & { database: Database }>> {
  const modules = compose([database(given ?? (await databaseUrl(kind))), module])
  const info = parseServiceInfo({ displayName: 'Entities' })
  const app = closing(buildService({ info, modules, server: { logStream: captureLog().stream } }))
  await app.ready()
  return app as unknown as ServiceApp<Decorators & { database: Database }>
}
