import { type Database, openDatabase } from '@chapkit/data'
import { databaseUrl, startPostgres, startTcpProxy } from '@chapkit/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { errorOf, open, openKind } from './open.ts'

/** Listens, and counts messages once it is connected. */
async function counting(database: Database, channel = 'things') {
  let count = 0
  const listening = database.channels?.listen(channel, () => (count += 1))
  await expect.poll(() => listening?.isConnected).toBe(true)
  expect(count).toBe(1)
  count = 0
  return { count: () => count, listening }
}

test.each(['memory', 'file'] as const)('SQLite has no channels (%s)', async (kind) => {
  expect((await openKind(kind)).channels).toBeUndefined()
})

test('a message reaches all who listen to the channel, in all processes', async () => {
  const url = await databaseUrl('postgres')
  const [one, other] = [await open(url), await open(url)]
  const [here, there, elsewhere] = [
    await counting(one),
    await counting(other),
    await counting(other, 'other_things'),
  ]
  await one.channels?.notify('things')
  await expect.poll(() => [here.count(), there.count()]).toEqual([1, 1])
  await one.channels?.notify('other_things')
  await expect.poll(elsewhere.count).toBe(1)
  expect([here.count(), there.count()]).toEqual([1, 1])
})

test('a message is sent with its transaction, or not at all', async () => {
  const database = await openKind('postgres')
  const { count } = await counting(database)
  const undone = database.transaction(async () => {
    await database.channels?.notify('things')
    throw new Error('undone')
  })
  expect(await errorOf(undone)).toMatchObject({ message: 'undone' })
  await database.transaction(async () => {
    await database.channels?.notify('things')
    await sql`select 1`.execute(database.executor)
  })
  await expect.poll(count).toBe(1)
})

test('a message does not reach another schema of the same database', async () => {
  const [one, other] = [await openKind('postgres'), await openKind('postgres')]
  const [here, there] = [await counting(one), await counting(other)]
  await one.channels?.notify('things')
  await expect.poll(here.count).toBe(1)
  await other.channels?.notify('things')
  await expect.poll(there.count).toBe(1)
  expect(here.count()).toBe(1)
})

test('it listens again after the server was gone', async () => {
  const server = await startPostgres()
  const database = await open(server.url())
  const { count, listening } = await counting(database)
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const before = count()
    await server.stop(signal)
    await expect.poll(() => listening?.isConnected).toBe(false)
    await server.start()
    await expect.poll(() => listening?.isConnected, { timeout: 10_000 }).toBe(true)
    // It may have missed something.
    expect(count()).toBeGreaterThan(before)
  }
  const before = count()
  await expect
    .poll(() =>
      database.channels?.notify('things').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  await expect.poll(count).toBeGreaterThan(before)
})

test('it begins to listen when a server comes that was not there', async () => {
  const server = await startPostgres()
  await server.stop()
  const database = await open(server.url())
  let count = 0
  const listening = database.channels?.listen('things', () => (count += 1))
  await server.start()
  await expect.poll(() => listening?.isConnected, { timeout: 10_000 }).toBe(true)
  expect(count).toBe(1)
})

test('it ends while the network is down, connected or not', async () => {
  const server = await startPostgres()
  const proxy = await startTcpProxy(server.port)
  const url = server.url().replace(String(server.port), String(proxy.port))
  const database = await openDatabase(url)
  const { listening } = await counting(database)
  proxy.block()
  const late = database.channels?.listen('things', () => undefined)
  await late?.close()
  await listening?.close()
  expect(late?.isConnected).toBe(false)
  proxy.unblock()
  await database.close()
})

test('it is closed with the database, also before it has connected', async () => {
  const database = await openDatabase(await databaseUrl('postgres'))
  const { listening } = await counting(database)
  const early = database.channels?.listen('things', () => undefined)
  await database.close()
  await expect.poll(() => [listening?.isConnected, early?.isConnected]).toEqual([false, false])
})

test('a wrong password is no error of the process', async () => {
  const server = await startPostgres()
  const database = await openDatabase(server.url().replace('hunter2', 'wrong'))
  const listening = database.channels?.listen('things', () => undefined)
  expect(await errorOf(sql`select 1`.execute(database.kysely))).toMatchObject({ type: 'unavailable' })
  expect(listening?.isConnected).toBe(false)
  await database.close()
})
