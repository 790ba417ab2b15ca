import { databaseKeys } from '@chapkit/key-store'
import { DATABASES, databaseUrl, type DatabaseKind, startPostgres, startTcpProxy } from '@chapkit/testing'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { addKey, openKeys, start, startWithAdmin, statusWith } from './service.ts'

test('an option that is not valid', () => {
  expect(() => databaseKeys({ pollInterval: 5_000 })).toThrow(/pollInterval/)
  expect(() => databaseKeys({ nope: 1 } as object)).toThrow(/pollInterval, lastUsedInterval/)
})

describe.each(DATABASES)('keys in %s', (kind) => {
  test('a database without keys: the service starts, warns, and takes the first key', async () => {
    const { table, database } = await openKeys(await databaseUrl(kind))
    const { app, log } = await start(database)
    const [warning] = log.lines('auth.no_keys')
    expect(warning).toMatchObject({ level: 'warning' })
    expect(warning?.['message']).toContain(
      'chapkit keys generate --env prod --database URL --scope keys:admin',
    )
    expect(log.lines('auth.loaded')).toMatchObject([{ store: 'database', count: 0 }])
    const { key } = await addKey(table)
    await expect.poll(() => statusWith(app, key), { timeout: 20_000 }).toBe(200)
    expect(log.lines('auth.reloaded')).toMatchObject([{ added: 1, removed: 0, count: 1 }])
  })

  test('what is stored of a key decides', async () => {
    const { table, database } = await openKeys(await databaseUrl(kind))
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)]
    const valid = await addKey(table, { notBefore: past, expiresAt: future })
    const expired = await addKey(table, { expiresAt: past })
    const early = await addKey(table, { notBefore: future })
    const revoked = await addKey(table)
    await table.change(() => table.revoke(revoked))
    const limited = await addKey(table, {
      name: 'billing',
      scopes: ['data:read'],
      rateLimit: '5/s',
      allowFrom: ['127.0.0.1'],
    })
    const { app, log } = await start(database)
    expect(log.lines('auth.no_keys')).toEqual([])
    expect(await statusWith(app, valid.key)).toBe(200)
    for (const { key } of [expired, early, revoked]) expect(await statusWith(app, key)).toBe(401)
    expect(app.apiKeys.keys.find(({ id }) => id === limited.id)).toMatchObject({
      name: 'billing',
      prefix: 'sk_test',
      scopes: ['data:read'],
      rateLimit: '5/s',
      allowFrom: ['127.0.0.1'],
    })
    expect(app.apiKeys.count).toBe(4)
  })

  test('a change counts, and one that was undone does not', async () => {
    const { app, table, admin } = await startWithAdmin(kind)
    const before = await table.revision()
    const undone = table.change(async () => {
      await table.revoke(admin)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await table.revision()).toBe(before)
    expect(await statusWith(app, admin.key)).toBe(200)
    await table.change(() => table.revoke(admin))
    await expect.poll(() => statusWith(app, admin.key), { timeout: 20_000 }).toBe(401)
    expect(app.apiKeys.count).toBe(0)
  })

  test('many keys, made and revoked at once', async () => {
    const { app, table } = await startWithAdmin(kind)
    const keys = await Promise.all(Array.from({ length: 20 }, () => addKey(table)))
    await Promise.all(keys.slice(0, 10).map((key) => table.change(() => table.revoke(key))))
    await expect.poll(() => app.apiKeys.count, { timeout: 20_000 }).toBe(11)
    const statuses = await Promise.all(keys.map(({ key }) => statusWith(app, key)))
    expect(statuses).toEqual(keys.map((_, index) => (index < 10 ? 401 : 200)))
    expect(await table.revision()).toBe(31)
  })

  test('when a key was used last is written in batches, and at the end', async () => {
    const { table, app, admin } = await startWithAdmin(kind, { lastUsedInterval: 100 })
    const [revision, { version, updatedAt }] = [await table.revision(), admin]
    expect(await statusWith(app, admin.key)).toBe(200)
    const lastUsed = async () => (await table.findById(admin.id))?.lastUsedAt
    await expect.poll(lastUsed, { timeout: 20_000 }).toBeInstanceOf(Date)
    const first = (await lastUsed()) as Date
    expect(await table.revision()).toBe(revision)
    expect(await table.findById(admin.id)).toMatchObject({ version, updatedAt })

    const later = new Date(Date.now() + 3_600_000)
    await table.change(async () => {
      await table.save({ ...admin, lastUsedAt: later })
    })
    app.apiKeys.store.used?.(admin.id)
    await app.apiKeys.store.close()
    expect(await lastUsed()).toEqual(later)
    expect(first < later).toBe(true)
  })

  test('what was noted last is written when the service closes', async () => {
    const { table, app, admin } = await startWithAdmin(kind, { lastUsedInterval: 1_000_000 })
    app.apiKeys.store.used?.(admin.id)
    app.apiKeys.store.used?.('01ARZ3NDEKTSV4RRFFQ69G5FAV')
    expect((await table.findById(admin.id))?.lastUsedAt).toBeUndefined()
    await app.close()
    expect((await table.findById(admin.id))?.lastUsedAt).toBeInstanceOf(Date)
  })
})

test.each<DatabaseKind>(['memory', 'postgres'])(
  'a table that cannot be read for a while, on %s',
  async (kind) => {
    const { app, log, table, database, admin } = await startWithAdmin(kind, { lastUsedInterval: 100 })
    app.apiKeys.store.used?.(admin.id)
    await sql`alter table key_revision rename to away`.execute(database.kysely)
    await sql`alter table keys rename to keys_away`.execute(database.kysely)
    await expect.poll(() => app.apiKeys.failing).toBe(true)
    expect(await statusWith(app, admin.key)).toBe(200)
    await sql`alter table away rename to key_revision`.execute(database.kysely)
    await sql`alter table keys_away rename to keys`.execute(database.kysely)
    await expect.poll(() => app.apiKeys.failing).toBe(false)
    expect(app.apiKeys.failedReloads).toBe(1)
    expect(log.lines('auth.reload_failed')).toHaveLength(1)
    const lastUsed = async () => (await table.findById(admin.id))?.lastUsedAt
    await expect.poll(lastUsed).toBeInstanceOf(Date)
  },
)

test('a server that is gone: the last good keys stay valid, and what changed counts when it is back', async () => {
  const server = await startPostgres()
  const { table } = await openKeys(server.url())
  const [stays, goes] = [await addKey(table), await addKey(table)]
  const { app, log } = await start(server.url())
  await server.stop('SIGQUIT')
  await expect.poll(() => app.apiKeys.failing, { timeout: 10_000 }).toBe(true)
  expect(await statusWith(app, stays.key)).toBe(200)
  expect(log.lines('auth.reload_failed')).toHaveLength(1)
  expect(log.text()).not.toContain('hunter2')

  await server.start()
  await expect.poll(() => app.apiKeys.failing, { timeout: 10_000 }).toBe(false)
  await expect
    .poll(() =>
      table
        .change(() => table.revoke(goes))
        .then(
          () => true,
          () => false,
        ),
    )
    .toBe(true)
  await expect.poll(() => statusWith(app, goes.key), { timeout: 20_000 }).toBe(401)
  expect(await statusWith(app, stays.key)).toBe(200)
})

test('a network that is down and comes back', async () => {
  const server = await startPostgres()
  const proxy = await startTcpProxy(server.port)
  const { table } = await openKeys(server.url())
  const [stays, goes] = [await addKey(table), await addKey(table)]
  const { app, log } = await start(server.url().replace(String(server.port), String(proxy.port)))
  proxy.block()
  await expect.poll(() => app.apiKeys.failing, { timeout: 15_000 }).toBe(true)
  expect(log.lines('auth.reload_failed')).toMatchObject([
    { reason: 'The database does not give the keys (No answer within 5 s)' },
  ])
  await table.change(() => table.revoke(goes))
  expect(await statusWith(app, goes.key)).toBe(200)
  proxy.unblock()
  await expect.poll(() => app.apiKeys.failing, { timeout: 10_000 }).toBe(false)
  await expect.poll(() => statusWith(app, goes.key), { timeout: 20_000 }).toBe(401)
  expect(await statusWith(app, stays.key)).toBe(200)
})

test('without any poll in time, PostgreSQL tells of a change', async () => {
  const { table, database } = await openKeys(await databaseUrl('postgres'))
  const { key } = await addKey(table)
  let messages = 0
  const listening = database.channels?.listen('chapkit_keys', () => (messages += 1))
  await expect.poll(() => listening?.isConnected).toBe(true)
  const { app } = await start(database, { pollInterval: 1_500 })
  const before = messages
  const made = await addKey(table)
  await expect.poll(() => messages).toBe(before + 1)
  await expect.poll(() => statusWith(app, made.key), { timeout: 20_000 }).toBe(200)
  expect(await statusWith(app, key)).toBe(200)
})
