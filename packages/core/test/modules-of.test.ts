import { modulesOf, parseServiceInfo, type ServiceModule, servicePlugin } from '@chapkit/core'
import { expect, test } from 'vitest'

test('the plugin of a service tells its modules', () => {
  const modules: ServiceModule[] = [{ name: 'one', plugin: () => undefined }]
  const plugin = servicePlugin({ info: parseServiceInfo({ displayName: 'X' }), modules, server: {} })
  expect(modulesOf(plugin)).toBe(modules)
})

test('nothing else does', () => {
  expect(modulesOf(() => undefined)).toBeUndefined()
  expect(modulesOf(undefined)).toBeUndefined()
})
