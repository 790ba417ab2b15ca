import { Type } from 'typebox'
import { expect, test, vi } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { AppConfig, serviceOf, temporaryUrl, UNKNOWN_ID } from './service.ts'

const data: AppConfig = { environment: 'e', debug: true, retries: 1, tags: ['a'] }

async function started(options: Parameters<typeof serviceOf>[1] = {}) {
  const app = serviceOf(AppConfig, options)
  await app.ready()
  return { app, configs: app.configs }
}

test('configs are created, found, listed, replaced and deleted in code', async () => {
  const { configs } = await started()
  const config = await configs.create({ name: 'x', data })
  expect(config).toMatchObject({ name: 'x', data })
  expect(config.createdAt).toEqual(config.updatedAt)
  expect(config.createdAt).toBeInstanceOf(Date)
  expect(await configs.findById(config.id)).toEqual(config)
  expect(await configs.findById(config.id.toLowerCase())).toEqual(config)
  expect(await configs.findByName('x')).toEqual(config)
  expect(await configs.list()).toEqual([config])
  expect(await configs.page(1, 10)).toEqual({ items: [config], total: 1, page: 1, size: 10, pages: 1 })
  const replaced = await configs.replace(config.id, { name: 'y', data })
  expect(await configs.findById(config.id)).toEqual(replaced)
  expect(await configs.delete(config.id)).toBe(true)
  expect(await configs.delete(config.id)).toBe(false)
  expect(await configs.findById(config.id)).toBeUndefined()
  expect(await configs.findByName('y')).toBeUndefined()
})

test('clients and code see the same', async () => {
  const { app, configs } = await started()
  const { id, createdAt } = await configs.create({ name: 'x', data })
  const answer = await app.inject(`/api/v1/configs/${id}`)
  const time = createdAt.toISOString()
  expect(answer.json()).toEqual({ id, created_at: time, updated_at: time, name: 'x', data })
})

test('save() creates by name, then replaces: a service can do it at each start', async () => {
  const { configs } = await started()
  const first = await configs.save({ name: 'x', data })
  const second = await configs.save({ name: 'x', data: { ...data, retries: 2 } })
  expect(second).toEqual({
    ...first,
    data: { ...data, retries: 2 },
    updatedAt: second.updatedAt,
    version: second.version,
  })
  expect(second.version).not.toBe(first.version)
  expect(await configs.list()).toEqual([second])
})

test('save() with an id creates, replaces and renames that one', async () => {
  const { configs } = await started()
  const id = UNKNOWN_ID
  await configs.save({ id: id.toLowerCase(), name: 'x', data })
  await configs.save({ id, name: 'y', data })
  expect((await configs.list()).map((config) => [config.id, config.name])).toEqual([[id, 'y']])
})

test('save() does not take a name from another config', async () => {
  const { configs } = await started()
  await configs.save({ name: 'x', data })
  await expect(configs.save({ id: UNKNOWN_ID, name: 'x', data })).rejects.toMatchObject({
    type: 'conflict',
    statusCode: 409,
  })
})

test('of many that save one name at once, all succeed, and one config remains', async () => {
  const { configs } = await started()
  const saved = await Promise.all(
    Array.from({ length: 20 }, (_, retries) =>
      configs.save({ name: 'x', data: { ...data, retries: retries % 10 } }),
    ),
  )
  expect(new Set(saved.map(({ id }) => id)).size).toBe(1)
  expect(await configs.list()).toHaveLength(1)
})

test('save() tries again when the config goes away in between', async () => {
  const store = new MemoryStore()
  const { configs } = await started({ store })
  const { id } = await configs.create({ name: 'x', data })
  const replace = vi.spyOn(store, 'replace').mockImplementationOnce(async (config) => {
    await store.delete(config.id)
    return 'missing'
  })
  const saved = await configs.save({ name: 'x', data })
  expect(replace).toHaveBeenCalledOnce()
  expect(saved.id).not.toBe(id)
  expect(await configs.list()).toEqual([saved])
})

test('replace() says when the config goes away in between', async () => {
  const store = new MemoryStore()
  const { configs } = await started({ store })
  const { id } = await configs.create({ name: 'x', data })
  vi.spyOn(store, 'replace').mockResolvedValueOnce('missing')
  await expect(configs.replace(id, { name: 'x', data })).rejects.toMatchObject({ type: 'not-found' })
})

test('what a store throws goes through', async () => {
  const store = new MemoryStore()
  const { configs } = await started({ store })
  vi.spyOn(store, 'insert').mockRejectedValue(new Error('down'))
  await expect(configs.save({ name: 'x', data })).rejects.toThrow('down')
})

test('data that does not fit is refused in code as it is for clients', async () => {
  const { configs } = await started()
  const wrong = { name: 'x', data: { ...data, retries: '7' as unknown as number } }
  for (const refused of [configs.create(wrong), configs.save(wrong), configs.replace(UNKNOWN_ID, wrong)]) {
    await expect(refused).rejects.toMatchObject({
      type: 'validation-failed',
      statusCode: 422,
      message: 'The config at /data/retries must be integer.',
      extensions: { errors: [{ pointer: '/data/retries', detail: 'must be integer' }] },
    })
  }
  await expect(configs.save({ name: 'a\0b', data })).rejects.toMatchObject({
    message: 'The config at /name must not contain NUL or a lone surrogate.',
    extensions: { errors: [{ pointer: '/name' }] },
  })
  for (const refused of [
    configs.findById('nope'),
    configs.delete('nope'),
    configs.replace('nope', { name: 'x', data }),
  ]) {
    await expect(refused).rejects.toMatchObject({ type: 'invalid-ulid', statusCode: 400 })
  }
})

test('what code passes stays its own, and so does what it gets', async () => {
  const { configs } = await started()
  const input = Object.freeze({ name: 'x', data: Object.freeze({ environment: 'e' }) })
  const config = await configs.save(input as unknown as { name: string; data: AppConfig })
  expect(config.data).toEqual({ environment: 'e', debug: false, retries: 3, tags: [] })
  expect(input.data).toEqual({ environment: 'e' })
  config.data.tags.push('changed')
  expect((await configs.findById(config.id))?.data.tags).toEqual([])
})

test('configs outlive the service, and get the defaults that their schema has by then', async () => {
  const url = temporaryUrl()

  const before = serviceOf(Type.Object({ environment: Type.String() }), { url })
  await before.ready()
  const { id, createdAt } = await before.configs.create({ name: 'x', data: { environment: 'e' } })
  await before.close()

  const after = serviceOf(Type.Object({ ...AppConfig.properties, region: Type.String() }), { url })
  await after.ready()
  const grown = { environment: 'e', debug: false, retries: 3, tags: [] }
  for (const config of [
    await after.configs.findById(id),
    await after.configs.findByName('x'),
    ...(await after.configs.list()),
    ...(await after.configs.page(1, 1)).items,
  ]) {
    // Members that are required by now, and have no default, are missing: what is stored is given as it is.
    expect(config).toMatchObject({ id, createdAt, data: grown })
  }
})
