import { join } from 'node:path'
import {
  directKeys,
  environmentKeys,
  fileKeys,
  type KeyStore,
  type KeyStoreListener,
  type OpenKeyStore,
  toKeySet,
} from '@chapkit/auth'
import { temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { KEY, start, statusWith, withKeyFile } from './service.ts'

const OTHER = 'sk_test_fedcba9876543210'

test.each([
  ['directKeys()', () => directKeys([KEY]), 'auth.direct_keys'],
  ['fileKeys()', () => fileKeys(withKeyFile(`${KEY}\n`)), 'auth.loaded_from_file'],
  ['environmentKeys()', () => environmentKeys('STORE_KEYS'), 'auth.loaded_from_env'],
  ['environmentKeys(), by default,', () => environmentKeys(), 'auth.loaded_from_env'],
])('%s is a store', async (_, store, event) => {
  vi.stubEnv('STORE_KEYS', KEY)
  vi.stubEnv('CHAPKIT_API_KEYS', KEY)
  // No fallback, and nothing before it either.
  vi.stubEnv('CHAPKIT_API_KEY_FILE', withKeyFile(OTHER))
  const { app, log } = await start({ store: store() })
  vi.unstubAllEnvs()
  expect(await statusWith(app, KEY)).toBe(200)
  expect(await statusWith(app, OTHER)).toBe(401)
  expect(log.lines(event)).toMatchObject([{ count: 1 }])
})

test('a store of your own is told the ids of the keys that were let in, and of no other', async () => {
  const place = 'somewhere'
  class Counting implements OpenKeyStore {
    readonly origin = {}
    readonly usedIds: string[] = []
    readonly keys = toKeySet(
      [
        { id: 'good', key: KEY, place },
        { id: 'old', key: OTHER, place, expiresAt: Date.now() - 1_000 },
      ],
      'memory',
    )
    used(id: string) {
      this.usedIds.push(id)
    }
    close = () => Promise.resolve()
  }
  const open = new Counting()
  const { app } = await start({ store: { kind: 'counting', open: () => Promise.resolve(open) } })
  expect(await statusWith(app, KEY)).toBe(200)
  expect(await statusWith(app, OTHER)).toBe(401)
  expect(await statusWith(app, 'sk_test_unknown_0000000')).toBe(401)
  expect((await app.inject('/health')).statusCode).toBe(200)
  expect(open.usedIds).toEqual(['good'])
})

test('a store of your own: it is opened, followed and closed, and its names are logged', async () => {
  let listener: KeyStoreListener | undefined
  const close = vi.fn<() => Promise<void>>().mockResolvedValue()
  const set = (...keys: string[]) =>
    toKeySet(
      keys.map((key) => ({ key, place: 'somewhere' })),
      'vault',
    )
  class Vault implements KeyStore {
    readonly kind = 'vault'
    readonly #keys = [KEY]
    async open({ app }: Parameters<KeyStore['open']>[0]) {
      expect(app).toHaveProperty('kernel')
      return {
        keys: set(...this.#keys),
        origin: { server: 'one' },
        follow: (told: KeyStoreListener) => void (listener = told),
        close,
      }
    }
  }
  const { app, log } = await start({ store: new Vault() })
  expect(log.lines('auth.loaded')).toMatchObject([{ level: 'info', count: 1, store: 'vault', server: 'one' }])
  expect(app.apiKeys.store.origin).toEqual({ server: 'one' })

  listener?.changed(set(KEY, OTHER))
  expect(await statusWith(app, OTHER)).toBe(200)
  listener?.failed('out of order')
  listener?.changed(set(KEY, OTHER))
  listener?.changed(set(KEY, OTHER))
  expect(log.lines('auth.reloaded')).toMatchObject([
    { added: 1, removed: 0, count: 2, server: 'one' },
    { added: 0, removed: 0, count: 2 },
  ])
  expect(log.lines('auth.reload_failed')).toMatchObject([{ reason: 'out of order', server: 'one' }])
  expect(app.apiKeys).toMatchObject({ count: 2, reloads: 2, failedReloads: 1, failing: false })
  await app.close()
  expect(close).toHaveBeenCalledTimes(1)
})

test('a store names the modules that it needs', async () => {
  const store = { ...directKeys([KEY]), needs: ['database'] }
  await expect(start({ store })).rejects.toThrow('withAuth() needs withDatabase(); missing: withDatabase()')
})

test('a store stands alone', async () => {
  const store = directKeys([KEY])
  for (const [name, other] of Object.entries({ apiKeys: [KEY], apiKeyFile: 'keys.txt', envVar: 'KEYS' })) {
    await expect(start({ store, [name]: other })).rejects.toThrow(
      `withAuth(): keys come from one place: give either 'store' or '${name}'.`,
    )
  }
  const { app } = await start({ store, apiKeys: undefined })
  expect(app.apiKeys.count).toBe(1)
})

test('what is no store, path, variable or list of keys is refused where it is given', async () => {
  await expect(start({ store: 'postgres://' as unknown as KeyStore })).rejects.toThrow(
    "withAuth(): option 'store' must be a store of keys, such as databaseKeys()",
  )
  await expect(start({ store: null as unknown as KeyStore })).rejects.toThrow(
    "option 'store' must be a store of keys",
  )
  expect(() => fileKeys('')).toThrow("fileKeys(): option 'path' must not have fewer than 1 characters")
  expect(() => environmentKeys('')).toThrow("environmentKeys(): option 'variable' must not have fewer than")
  expect(() => directKeys('a' as unknown as string[])).toThrow("directKeys(): option 'keys' must be array")
  expect(() => directKeys([' '])).toThrow('No API keys configured. keys of directKeys() holds none')
})

test('a file that is opened and not followed is closed', async () => {
  const store = await fileKeys(withKeyFile(KEY)).open({ env: {}, app: {} })
  await expect(store.close()).resolves.toBeUndefined()
  await expect(fileKeys(join(temporaryFolder(), 'none')).open({ env: {}, app: {} })).rejects.toThrow(
    'not found',
  )
})
