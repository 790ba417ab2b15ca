import { auth } from '@chapkit/auth'
import { buildService, compose, logging, parseServiceInfo } from '@chapkit/core'
import { database, isoTime } from '@chapkit/data'
import { databaseKeys, keysApi } from '@chapkit/key-store'
import { captureLog, closing, DATABASES } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'
import { addKey, callerOf, openKeys, start, startWithAdmin, statusWith } from './service.ts'

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const KEY = /^sk_prod_[0-9A-Za-z]{38}$/
const inDays = (days: number) => isoTime(new Date(Date.now() + days * 86_400_000))

test('an option that is not valid', () => {
  expect(() => keysApi({ prefix: 'keys' })).toThrow(/withKeysApi\(\): option 'prefix'/)
  expect(() => keysApi({ nope: 1 } as object)).toThrow(/Options: prefix, tags/)
})

test('it needs keys in the database', async () => {
  expect(() => compose([keysApi()])).toThrow('withKeysApi() needs withAuth(); missing: withAuth()')
  const modules = compose([auth({ apiKeys: ['sk_test_0123456789abcdef'] }), keysApi()])
  const app = closing(
    buildService({
      info: parseServiceInfo({ displayName: 'Keys' }),
      modules,
      server: { logStream: captureLog().stream },
    }),
  )
  await expect(app.ready()).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_KEY_STORE',
    message:
      'withKeysApi() manages keys in the database: use withAuth({ store: databaseKeys() }), or leave it out.',
  })
})

describe('failure case 28: making keys', () => {
  test('without withKeysApi() there is no route', async () => {
    const { database: opened, table } = await openKeys('sqlite::memory:')
    const { key } = await addKey(table, { scopes: ['*'] })
    const app = closing(
      buildService({
        info: parseServiceInfo({ displayName: 'Keys' }),
        modules: compose([auth({ store: databaseKeys() }), database(opened), logging()]),
        server: { logStream: captureLog().stream },
      }),
    )
    const headers = { 'x-api-key': key }
    for (const method of ['GET', 'POST'] as const) {
      expect((await app.inject({ method, url: '/api/v1/keys', headers, payload: {} })).statusCode).toBe(404)
    }
  })

  test('only a key that names the scope may call a route', async () => {
    const { app, table } = await startWithAdmin('memory')
    const [unscoped, other] = [
      await addKey(table),
      await addKey(table, { scopes: ['configs:*', 'keys:read'] }),
    ]
    await expect.poll(() => app.apiKeys.count).toBe(3)
    const path = `/${other.id}`
    for (const { key } of [unscoped, other]) {
      const call = callerOf(app, key)
      const answers = [
        await call('GET', ''),
        await call('GET', '/$schema'),
        await call('GET', path),
        await call('POST', '', { scopes: ['*'] }),
        await call('PUT', path, { scopes: ['*'] }),
        await call('DELETE', path),
        await call('POST', `${path}/$rotate`, {}),
      ]
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
      expect(answers[0]?.body).toMatchObject({
        type: 'urn:chapkit:error:forbidden',
        required_scopes: ['keys:admin'],
      })
    }
    expect((await callerOf(app, 'sk_none')('POST', '', {})).status).toBe(401)
    expect(await table.list()).toHaveLength(3)
  })

  test('the body cannot set what is not its own', async () => {
    const { app, table, admin } = await startWithAdmin('memory')
    const call = callerOf(app, admin.key)
    for (const member of [
      'id',
      'digest',
      'key',
      'hash',
      'prefix',
      'created_at',
      'version',
      'revoked_at',
      'last_used_at',
      'state',
      '__proto__x',
    ]) {
      const payload = { name: 'mine', [member]: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }
      for (const answer of [await call('POST', '', payload), await call('PUT', `/${admin.id}`, payload)]) {
        expect(answer.status).toBe(422)
        expect(answer.body['errors']).toEqual([
          { pointer: `/${member}`, detail: 'is not a member that can be set' },
        ])
      }
    }
    expect((await call('PUT', `/${admin.id}`, { environment: 'x' })).status).toBe(422)
    expect(await table.list()).toHaveLength(1)
  })
})

describe.each(DATABASES)('keys in %s', (kind) => {
  test('POST shows the key once, and it works at once', async () => {
    const { app, admin, log, table } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const settings = {
      name: 'billing',
      scopes: ['data:read', 'configs:*'],
      expires_at: inDays(90),
      not_before: '2026-01-01T00:00:00Z',
      rate_limit: '100/m',
      allow_from: ['127.0.0.1', '10.0.0.0/8'],
    }
    const made = await call('POST', '', { ...settings, environment: 'prod' }, { 'idempotency-key': 'once' })
    expect(made.status).toBe(201)
    expect(made.headers['cache-control']).toBe('no-store')
    expect(made.headers['location']).toBe(`http://localhost:80/api/v1/keys/${made.body.id}`)
    const { key, ...shown } = made.body
    expect(key).toMatch(KEY)
    expect(shown).toEqual({
      id: expect.stringMatching(ULID) as unknown,
      created_at: shown['updated_at'],
      updated_at: expect.any(String) as unknown,
      prefix: 'sk_prod_',
      state: 'active',
      ...settings,
      not_before: '2026-01-01T00:00:00.000Z',
      revoked_at: null,
      last_used_at: null,
    })
    expect(await statusWith(app, key)).toBe(200)

    const read = await call('GET', `/${made.body.id}`)
    expect(read.body).toMatchObject(settings.name ? { name: 'billing', state: 'active' } : {})
    expect(read.headers['etag']).toBe(made.headers['etag'])
    const again = await call('POST', '', settings, { 'idempotency-key': 'once' })
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, undefined])
    expect(again.body.key).not.toBe(key)

    const echo = await app.inject({
      method: 'POST',
      url: '/echo',
      headers: { 'x-api-key': admin.key },
      payload: { key },
    })
    expect(echo.statusCode).toBe(500)
    const list = await call('GET', '')
    const stored = JSON.stringify(await table.list())
    for (const text of [log.text(), read.text, list.text, echo.body, stored]) {
      expect(text).not.toContain(key.slice(-38))
    }
    expect(log.text()).toContain('***')
  })

  test('the forms of a list', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const ids = [admin.id]
    for (let at = 0; at < 3; at++) ids.push((await call('POST', '', {})).body.id)
    const idsOf = (body: unknown) => (body as { id: string }[]).map(({ id }) => id)
    expect(idsOf((await call('GET', '')).body)).toEqual(ids)
    expect((await call('GET', '?page=2&size=3')).body).toMatchObject({
      items: [{ id: ids[3] }],
      total: 4,
      pages: 2,
    })
    const part = await call('GET', `?after=${ids[0]}&limit=2`)
    expect(idsOf(part.body)).toEqual(ids.slice(1, 3))
    expect(part.headers['link']).toBe(`</api/v1/keys?after=${ids[2]}&limit=2>; rel="next"`)
    expect((await call('GET', '/$schema')).body).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    })
  })

  test('PUT replaces what is said of a key, and the key stays', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const made = await call('POST', '', { name: 'old', scopes: ['data:read'], rate_limit: '5/s' })
    const path = `/${made.body.id}`
    const tag = { 'if-match': String(made.headers['etag']) }
    const replaced = await call('PUT', path, { name: 'new', expires_at: null }, tag)
    expect(replaced).toMatchObject({
      status: 200,
      body: { name: 'new', scopes: null, rate_limit: null, state: 'active', prefix: 'sk_prod_' },
    })
    expect(replaced.headers['etag']).not.toBe(made.headers['etag'])
    expect((await call('PUT', path, { name: 'newer' }, tag)).status).toBe(412)
    expect((await call('DELETE', path, undefined, tag)).status).toBe(412)
    expect((await call('POST', `${path}/$rotate`, {}, tag)).status).toBe(412)
    expect((await call('PUT', '/01ARZ3NDEKTSV4RRFFQ69G5FAV', {})).status).toBe(404)
    expect((await call('PUT', '/nope', {})).status).toBe(400)
    expect(await statusWith(app, made.body.key)).toBe(200)
    await call('PUT', path, { expires_at: '2026-01-01' })
    expect((await call('GET', path)).body).toMatchObject({
      state: 'expired',
      expires_at: '2026-01-01T00:00:00.000Z',
    })
    expect(await statusWith(app, made.body.key)).toBe(401)
  })

  test('DELETE revokes for ever', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const made = await call('POST', '', {})
    const path = `/${made.body.id}`
    expect(await call('DELETE', path)).toMatchObject({ status: 204, text: '' })
    expect(await statusWith(app, made.body.key)).toBe(401)
    const { body } = await call('GET', path)
    expect(body).toMatchObject({ state: 'revoked', revoked_at: expect.any(String) as unknown })
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).body).toEqual(body)
    const refused = await call('PUT', path, {})
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: 'This key was revoked, and stays so; make a new one.' },
    })
    expect((await call('POST', `${path}/$rotate`, {})).status).toBe(409)
    expect((await call('DELETE', '/01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404)
  })

  test('$rotate makes a key that may do the same, and the old one ends', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const settings = { name: 'billing', scopes: ['data:read'], rate_limit: '7/s', expires_at: inDays(3) }
    const old = await call('POST', '', { ...settings, environment: 'staging' })
    const path = `/${old.body.id}`
    const rotated = await call('POST', `${path}/$rotate`, { overlap: '1d' })
    expect(rotated.status).toBe(201)
    expect(rotated.headers).toMatchObject({
      'cache-control': 'no-store',
      location: `http://localhost:80/api/v1/keys/${rotated.body.id}`,
    })
    expect(rotated.body).toMatchObject({ ...settings, prefix: 'sk_staging_', state: 'active' })
    expect(rotated.body.key).toMatch(/^sk_staging_[0-9A-Za-z]{38}$/)
    for (const { body } of [old, rotated]) expect(await statusWith(app, body.key)).toBe(200)
    const ending = String((await call('GET', path)).body['expires_at'])
    expect(ending < inDays(1.1) && ending > inDays(0.9)).toBe(true)

    // Never later than before; without a body it is a week.
    const wanted = inDays(30)
    const second = await call('POST', `${path}/$rotate`, { overlap: '9w', expires_at: wanted })
    expect(second.body['expires_at']).toBe(wanted)
    await call('POST', `${path}/$rotate`)
    expect((await call('GET', path)).body['expires_at']).toBe(ending)

    await call('POST', `${path}/$rotate`, { overlap: '0s' })
    expect(await statusWith(app, old.body.key)).toBe(401)
    expect(await statusWith(app, rotated.body.key)).toBe(200)
    const late = await call('POST', `${path}/$rotate`, {})
    expect(late.body['detail']).toBe(
      'This key has expired; say until when the new one is valid, with expires_at.',
    )
    expect((await call('POST', `${path}/$rotate`, { expires_at: wanted })).status).toBe(201)
  })

  test('the last key that may manage keys stays', async () => {
    const { app, admin, table } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const path = `/${admin.id}`
    const refusals = [
      await call('DELETE', path),
      await call('PUT', path, { scopes: ['data:*'] }),
      await call('PUT', path, {}),
      await call('PUT', path, { scopes: ['*'], expires_at: '2026-01-01' }),
      await call('PUT', path, { scopes: ['*'], not_before: inDays(1) }),
    ]
    for (const { status, body } of refusals) {
      expect([status, body['detail']]).toEqual([
        409,
        "This is the last valid key that may manage keys ('keys:admin'), and nobody could make another one: make it first.",
      ])
    }
    expect((await table.findById(admin.id))?.version).toBe(admin.version)
    expect((await call('PUT', path, { scopes: ['*'] })).status).toBe(200)
    const heir = (await call('POST', `${path}/$rotate`, { overlap: '0s' })).body
    expect((await call('GET', '')).status).toBe(401)
    expect((await callerOf(app, heir.key)('GET', '')).status).toBe(200)
  })

  test('the longest overlap ends in a year of four digits', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const path = `/${(await call('POST', '', {})).body.id}`
    expect((await call('POST', `${path}/$rotate`, { overlap: '999999w' })).status).toBe(201)
    expect((await call('GET', path)).body['expires_at']).toMatch(/^3\d{3}-/)
  })

  test('of two that revoke each other at once, one stays', async () => {
    const { app, admin, table } = await startWithAdmin(kind)
    const other = (await callerOf(app, admin.key)('POST', '', { scopes: ['keys:*'] })).body
    const answers = await Promise.all([
      callerOf(app, admin.key)('DELETE', `/${other.id}`),
      callerOf(app, other.key)('DELETE', `/${admin.id}`),
    ])
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other)
    // The second may find its own key revoked already.
    expect([
      [204, 409],
      [204, 401],
    ]).toContainEqual(statuses)
    const left = (await table.list()).filter(({ revokedAt }) => revokedAt === undefined)
    expect(left).toHaveLength(1)
  })

  test('many at once', async () => {
    const { app, admin } = await startWithAdmin(kind)
    const call = callerOf(app, admin.key)
    const made = await Promise.all(Array.from({ length: 12 }, () => call('POST', '', {})))
    expect(new Set(made.map(({ body }) => body.key)).size).toBe(12)
    for (const { body } of made) expect(await statusWith(app, body.key)).toBe(200)
    await Promise.all(made.slice(0, 6).map(({ body }) => call('DELETE', `/${body.id}`)))
    const statuses = await Promise.all(made.map(({ body }) => statusWith(app, body.key)))
    expect(statuses).toEqual(made.map((_, index) => (index < 6 ? 401 : 200)))
  })
})

test('bodies that are not valid', async () => {
  const { app, admin, log } = await startWithAdmin('memory')
  const call = callerOf(app, admin.key)
  const leaked = (await call('POST', '', {})).body.key
  const cases: [body: object | undefined, pointer: string][] = [
    [undefined, ''],
    [[], ''],
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['nope'] }, '/scopes/0'],
    [{ scopes: 'data:read' }, '/scopes'],
    [{ rate_limit: '100' }, '/rate_limit'],
    [{ allow_from: ['example.org'] }, '/allow_from/0'],
    [{ allow_from: ['10.0.0.0/33'] }, '/allow_from/0'],
    [{ expires_at: 'tomorrow' }, '/expires_at'],
    [{ expires_at: '2026-01-01T00:00:00Z' }, '/expires_at'],
    [{ expires_at: '9999-12-31T23:59:59-01:00' }, '/expires_at'],
    [{ not_before: '0001-01-01T00:00:00+01:00' }, '/not_before'],
    [{ not_before: 1 }, '/not_before'],
    [{ environment: 'a b' }, '/environment'],
    [{ name: 'nul \0' }, '/name'],
    [{ name: leaked }, '/name'],
  ]
  for (const [body, pointer] of cases) {
    const answer = await call('POST', '', body)
    expect([body, answer.status, answer.body['errors']]).toMatchObject([body, 422, [{ pointer }]])
    expect(answer.text).not.toContain(leaked)
  }
  expect((await call('POST', `/${admin.id}/$rotate`, { overlap: 'soon' })).status).toBe(422)
  expect((await call('POST', `/${admin.id}/$rotate`, { overlap: '7d', key: leaked })).status).toBe(422)
  expect(log.text()).not.toContain(leaked)
})

test('the OpenAPI document has the routes, and no key', async () => {
  const { app, admin } = await startWithAdmin('memory')
  await callerOf(app, admin.key)('POST', '', {})
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>()
  const routes = Object.entries(paths).filter(([path]) => path.startsWith('/api/v1/keys'))
  expect(routes.map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
    ['/api/v1/keys', ['get', 'post']],
    ['/api/v1/keys/$schema', ['get']],
    ['/api/v1/keys/{entity_id}', ['get', 'put', 'delete']],
    ['/api/v1/keys/{entity_id}/$rotate', ['post']],
  ])
  expect(JSON.stringify(routes)).not.toMatch(/sk_[0-9A-Za-z]+_[0-9A-Za-z]{38}/)
})

test('a replica that is in the middle of reading does not forget what was just made', async () => {
  const { database: opened, table } = await openKeys('sqlite::memory:')
  const admin = await addKey(table, { scopes: ['*'] })
  const { app } = await start(opened)
  const call = callerOf(app, admin.key)
  for (let at = 0; at < 5; at++) {
    await addKey(table)
    const { body } = await call('POST', '', {})
    expect(await statusWith(app, body.key)).toBe(200)
  }
})
