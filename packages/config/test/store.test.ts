import { type Config, type ConfigStore, SqlConfigStore } from '@chapkit/config'
import { createUlid, openDatabase } from '@chapkit/data'
import { DATABASES, databaseUrl } from '@chapkit/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MemoryStore } from './memory-store.ts'

async function sqlStore(url: string): Promise<ConfigStore> {
  const database = await openDatabase(url)
  onTestFinished(() => database.close())
  return new SqlConfigStore(database)
}

const STORES: Record<string, () => Promise<ConfigStore>> = {
  ...Object.fromEntries(DATABASES.map((kind) => [kind, async () => sqlStore(await databaseUrl(kind))])),
  'a store of the user': async () => new MemoryStore(),
}

const TIME = new Date('2026-01-02T03:04:05.678Z')
const LATER = new Date('2026-01-02T03:04:06.789Z')

function made(name: string, change: Partial<Config> = {}): Config {
  const [id, version] = [createUlid(), createUlid()]
  return { id, version, createdAt: TIME, updatedAt: TIME, name, data: { n: 1 }, ...change }
}

const names = (configs: readonly Config[]) => configs.map(({ name }) => name)

describe.each(Object.entries(STORES))('%s', (_name, make) => {
  async function prepared(uniqueNames = true): Promise<ConfigStore> {
    const store = await make()
    await store.prepare?.({ uniqueNames })
    return store
  }

  test('gives back what it was given', async () => {
    const store = await prepared()
    const data: unknown = JSON.parse(
      '{"text":"ä😀\\"\\\\","none":null,"list":[1,-0.5,true,[],{}],"__proto__":{"a":1},"constructor":"c","$ref":"x"}',
    )
    const config = made('a', { data })
    expect(await store.insert(config)).toBe('stored')
    const found = await store.findById(config.id)
    expect(found).toEqual(config)
    expect(JSON.stringify(found?.data)).toBe(JSON.stringify(data))
    expect(await store.findByName('a')).toEqual(config)
    expect(await store.list()).toEqual([config])
  })

  test('finds nothing where there is nothing', async () => {
    const store = await prepared()
    expect(await store.findById(createUlid())).toBeUndefined()
    expect(await store.findByName('a')).toBeUndefined()
    expect(await store.list()).toEqual([])
    expect(await store.slice({ offset: 0, limit: 10 })).toEqual({ items: [], total: 0 })
    expect(await store.after(undefined, 10)).toEqual([])
    expect(await store.delete(createUlid())).toBe('missing')
    expect(await store.delete(createUlid(), [createUlid()])).toBe('missing')
    expect(await store.replace(made('a'))).toBe('missing')
    expect(await store.replace(made('a'), [createUlid()])).toBe('missing')
  })

  test('lists in the order of the ids, and by id from anywhere', async () => {
    const store = await prepared()
    const ids = ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', '00000000000000000000000000', '01J0000000000000000000AAAA']
    for (const id of ids) await store.insert(made(`of ${id}`, { id }))
    const [last, first, middle] = ids
    const idsOf = (configs: readonly Config[]) => configs.map(({ id }) => id)
    expect(idsOf(await store.list())).toEqual([first, middle, last])
    expect(idsOf(await store.after(undefined, 2))).toEqual([first, middle])
    expect(idsOf(await store.after(first, 1))).toEqual([middle])
    expect(idsOf(await store.after('00000000000000000000000001', 10))).toEqual([middle, last])
    expect(await store.after(last, 10)).toEqual([])
  })

  test('gives slices of that list', async () => {
    const store = await prepared()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await store.insert(made(name))
    const slice = async (offset: number, limit: number) => {
      const { items, total } = await store.slice({ offset, limit })
      return [names(items), total]
    }
    expect(await slice(0, 2)).toEqual([['a', 'b'], 5])
    expect(await slice(4, 2)).toEqual([['e'], 5])
    expect(await slice(6, 2)).toEqual([[], 5])
    expect(await slice((2 ** 31 - 2) * 100, 100)).toEqual([[], 5])
  })

  test('replaces name, data, version and time of change', async () => {
    const store = await prepared()
    const config = made('a')
    await store.insert(config)
    const change = { id: config.id, version: createUlid(), name: 'b', data: { other: [] }, updatedAt: LATER }
    const changed = { ...change, createdAt: TIME }
    expect(await store.replace(change)).toEqual(changed)
    expect(await store.findById(config.id)).toEqual(changed)
    expect(await store.findByName('a')).toBeUndefined()
  })

  test('writes under the condition that a version is stored', async () => {
    const store = await prepared()
    const config = made('a')
    await store.insert(config)
    const [second, third] = [createUlid(), createUlid()]
    expect(await store.replace({ ...config, version: second }, [])).toBe('changed')
    expect(await store.replace({ ...config, version: second }, [third])).toBe('changed')
    expect(await store.replace({ ...config, version: second }, [third, config.version])).toMatchObject({
      version: second,
    })
    expect(await store.replace({ ...config, version: third }, [config.version])).toBe('changed')
    expect(await store.delete(config.id, [config.version])).toBe('changed')
    expect(await store.findById(config.id)).toMatchObject({ version: second })
    expect(await store.delete(config.id, [second])).toBe('deleted')
  })

  test('removes a config, and its name is free again', async () => {
    const store = await prepared()
    const config = made('a')
    await store.insert(config)
    expect(await store.delete(config.id)).toBe('deleted')
    expect(await store.delete(config.id)).toBe('missing')
    expect(await store.list()).toEqual([])
    expect(await store.insert(made('a'))).toBe('stored')
  })

  test('refuses an id that is there', async () => {
    const store = await prepared()
    const config = made('a')
    await store.insert(config)
    expect(await store.insert({ ...made('b'), id: config.id })).toEqual({ duplicate: 'id' })
    expect(names(await store.list())).toEqual(['a'])
  })

  test('refuses a name that is there, where names are unique', async () => {
    const store = await prepared()
    await store.insert(made('a'))
    const other = made('b')
    await store.insert(other)
    expect(await store.insert(made('a'))).toEqual({ duplicate: 'name' })
    expect(await store.replace({ ...other, name: 'a' })).toEqual({ duplicate: 'name' })
    expect(await store.replace({ ...other, data: {} })).toMatchObject({ name: 'b', data: {} })
    expect(names(await store.list())).toEqual(['a', 'b'])
  })

  test('names differ by case and by accent, and may be empty or long', async () => {
    const store = await prepared()
    const different = ['', 'a', 'A', 'ä', 'a\u0308', ' a', 'x'.repeat(10_000)]
    for (const name of different) expect(await store.insert(made(name))).toBe('stored')
    for (const name of different) expect((await store.findByName(name))?.name).toBe(name)
  })

  test('takes a name twice where names need not be unique, and finds the one with the least id', async () => {
    const store = await prepared(false)
    const last = made('a', { id: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' })
    const first = made('a')
    await store.insert(last)
    expect(await store.insert(first)).toBe('stored')
    expect(await store.findByName('a')).toEqual(first)
    expect(await store.replace({ ...made('a'), id: last.id })).toMatchObject({ id: last.id })
  })

  test('lets one of many writers have the name', async () => {
    const store = await prepared()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.insert(made('a'))))
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
    expect(await store.list()).toHaveLength(1)
  })
})

describe.each(DATABASES.filter((kind) => kind !== 'memory'))('on %s', (kind) => {
  test('names become unique again at the next start, unless two are the same', async () => {
    const url = await databaseUrl(kind)
    const before = await sqlStore(url)
    await before.prepare?.({ uniqueNames: false })
    const [one, two] = [made('prod'), made('prod')]
    await before.insert(one)
    await before.insert(two)

    const after = await sqlStore(url)
    await expect(after.prepare?.({ uniqueNames: true })).rejects.toMatchObject({
      code: 'CHAPKIT_ERR_DUPLICATE_NAMES',
      message:
        "withConfig(): 2 configs in the database have the name 'prod', and names must be unique; " +
        'rename or delete them, or pass { uniqueNames: false }.',
    })
    expect(await before.insert(made('prod'))).toBe('stored')

    for (const { id } of (await before.list()).slice(1)) await before.delete(id)
    await after.prepare?.({ uniqueNames: true })
    expect(await after.insert(made('prod'))).toEqual({ duplicate: 'name' })
  })
})
