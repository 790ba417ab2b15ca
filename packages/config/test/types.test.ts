import {
  type Config,
  config,
  type ConfigManager,
  type ConfigOptions,
  type ConfigStore,
  SqlConfigStore,
} from '@chapkit/config'
import type { DecoratorsOf, ServiceApp } from '@chapkit/core'
import { type Database, openDatabase } from '@chapkit/data'
import { Type } from 'typebox'
import { expect, expectTypeOf, test } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { AppConfig } from './service.ts'

test('app.configs carries the static type of the schema', () => {
  const module = config(AppConfig)
  type Configs = DecoratorsOf<typeof module>['configs']
  expectTypeOf<Configs>().toEqualTypeOf<ConfigManager<AppConfig>>()
  expectTypeOf<AppConfig>().toEqualTypeOf<{
    environment: string
    debug: boolean
    retries: number
    tags: string[]
  }>()
  expectTypeOf<Awaited<ReturnType<Configs['findByName']>>>().toEqualTypeOf<Config<AppConfig> | undefined>()
  expectTypeOf<ServiceApp<{ configs: Configs }>['configs']['list']>().returns.resolves.toEqualTypeOf<
    Config<AppConfig>[]
  >()

  const use = async (configs: Configs) => {
    await configs.save({ name: 'x', data: { environment: 'e', debug: true, retries: 1, tags: [] } })
    // @ts-expect-error retries is a number
    await configs.save({ name: 'x', data: { environment: 'e', debug: true, retries: '1', tags: [] } })
    // @ts-expect-error environment is missing
    await configs.save({ name: 'x', data: { debug: true, retries: 1, tags: [] } })
    const found = await configs.findById('x')
    // @ts-expect-error there may be no such config
    expectTypeOf(found.data.environment).toBeString()
    expectTypeOf(found?.data.environment).toEqualTypeOf<string | undefined>()
    // @ts-expect-error the schema has no such member
    return found?.data.other as unknown
  }
  expect(use).toBeTypeOf('function')
})

test('only TypeBox objects and known options are accepted', () => {
  // @ts-expect-error no object
  expect(() => config(Type.String())).toThrow('TypeBox object')
  // @ts-expect-error no such option
  expect(() => config(AppConfig, { prefixes: '/x' })).toThrow('unknown option')
})

test('a store may be written for one type of data, or for any', async () => {
  const database: Database = await openDatabase()
  const typed: ConfigStore<AppConfig> = new MemoryStore<AppConfig>()
  const stores = [typed, new MemoryStore(), new SqlConfigStore(database)]
  const options: ConfigOptions[] = stores.map((store) => ({ store }))
  expect(options.map((option) => config(AppConfig, option).name)).toEqual(['config', 'config', 'config'])
  await database.close()
})
