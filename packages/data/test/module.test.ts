import { buildService, health, parseServiceInfo, type ServiceApp, type ServiceModule } from '@chapkit/core'
import { type Database, database, openDatabase } from '@chapkit/data'
import { closing } from '@chapkit/testing'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryUrl } from './open.ts'

function build(...modules: ServiceModule[]): ServiceApp<{ database: Database }> {
  const info = parseServiceInfo({ displayName: 'Data' })
  return closing(buildService({ info, modules, server: {} }) as ServiceApp<{ database: Database }>)
}

const answers = async ({ kysely }: Database) => (await sql`select 1 as one`.execute(kysely)).rows

test('withDatabase() gives app.database, in memory, and closes it', async () => {
  const app = build(database())
  await app.ready()
  expect(app.database.dialect).toBe('sqlite')
  expect(await answers(app.database)).toEqual([{ one: 1 }])
  await app.close()
  await expect(answers(app.database)).rejects.toThrow('destroyed')
})

test('two services in one process do not see each other', async () => {
  const [one, other] = [build(database()), build(database())]
  await Promise.all([one.ready(), other.ready()])
  await sql`create table things (name text)`.execute(one.database.kysely)
  await expect(sql`select * from things`.execute(other.database.kysely)).rejects.toThrow('no such table')
})

test('a database of the caller stays open', async () => {
  const own = await openDatabase()
  onTestFinished(() => own.close())
  const app = build(database(own))
  await app.ready()
  expect(app.database).toBe(own)
  await app.close()
  expect(await answers(own)).toEqual([{ one: 1 }])
})

test('one file serves a service again after a restart', async () => {
  const url = temporaryUrl()
  const before = build(database(url))
  await before.ready()
  await sql`create table things (name text)`.execute(before.database.kysely)
  await before.close()
  const after = build(database(url))
  await after.ready()
  expect((await sql`select * from things`.execute(after.database.kysely)).rows).toEqual([])
})

test('a folder that is missing fails the start', async () => {
  const app = build(database('sqlite:/nowhere/x.db'))
  await expect(app.ready()).rejects.toMatchObject({ code: 'CHAPKIT_ERR_OPEN_DATABASE' })
})

test('the health check is healthy while the database answers, and then says no more than that', async () => {
  const own = await openDatabase()
  const app = build(health(), database(own))
  const healthy = await app.inject('/health')
  expect(healthy.statusCode).toBe(200)
  expect(healthy.json()).toEqual({ status: 'healthy', checks: { database: { state: 'healthy' } } })
  await own.close()
  const unhealthy = await app.inject('/health')
  expect(unhealthy.statusCode).toBe(503)
  expect(unhealthy.json()).toMatchObject({
    checks: { database: { state: 'unhealthy', message: 'The database does not answer.' } },
  })
})
