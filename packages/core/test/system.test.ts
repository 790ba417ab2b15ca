import { hostname } from 'node:os'
import { apps, InvalidOptionError, loadApp, system } from '@chapkit/core'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { describedService, folderOf, manifest } from './apps-support.ts'

const INFO = { displayName: 'System' }

test('the system report', async () => {
  const { app } = describedService(INFO, [system()])
  const answer = await app.inject('/api/v1/system')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  const report = answer.json()
  expect(report).toEqual({
    current_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    node_version: process.versions.node,
    platform: expect.stringMatching(/^\S+ \S+ \S+$/),
    hostname: hostname(),
  })
  expect(Math.abs(Date.now() - Date.parse(report.current_time))).toBeLessThan(60_000)
})

test('the list of apps is empty without any, and keeps to its schema', async () => {
  const none = describedService(INFO, [system()])
  expect((await none.app.inject('/api/v1/system/apps')).json()).toEqual([])

  const folder = folderOf({ 'manifest.json': manifest({ author: 'Someone' }), 'index.html': '' })
  const { app } = describedService(INFO, [system(), apps([loadApp(folder)])])
  const list = await app.inject('/api/v1/system/apps')
  expect(list.json()).toEqual([
    {
      name: 'Dash',
      version: '1.0.0',
      prefix: '/dash',
      description: null,
      author: 'Someone',
      entry: 'index.html',
      is_package: false,
    },
  ])
  const schema = await app.inject('/api/v1/system/apps/$schema')
  expect(schema.headers['content-type']).toBe('application/json')
  expect(Value.Check(schema.json(), list.json())).toBe(true)
  expect(Value.Check(schema.json(), [{ name: 'Dash' }])).toBe(false)
})

test('its prefix and tags can be chosen', async () => {
  const { app } = describedService(INFO, [system({ prefix: '/sys', tags: ['Ops'] })])
  expect((await app.inject('/sys')).statusCode).toBe(200)
  expect((await app.inject('/sys/apps')).json()).toEqual([])
  expect((await app.inject('/api/v1/system')).statusCode).toBe(404)
  const document = await app.inject('/openapi.json')
  expect(document.json().paths['/sys/apps/$schema'].get.tags).toEqual(['Ops'])
})

test('an unknown option, or one of the wrong type, is refused at the call', () => {
  expect(() => system({ path: '/sys' } as object)).toThrow(InvalidOptionError)
  expect(() => system({ path: '/sys' } as object)).toThrow(
    `withSystem(): unknown option 'path'. Options: prefix, tags.`,
  )
  expect(() => system({ prefix: 'sys' })).toThrow(/withSystem\(\): option 'prefix' must be a path/)
})

test('the info of the service, with nulls and with members of its own', async () => {
  const bare = describedService({ displayName: 'Bare' })
  const answer = await bare.app.inject('/api/v1/info?x=1')
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toEqual({
    display_name: 'Bare',
    version: '1.0.0',
    summary: null,
    description: null,
    contact: null,
    license_info: null,
  })

  const full = {
    displayName: 'Full',
    version: '2.3.4',
    summary: 'In short',
    description: 'At length',
    contact: { name: 'Ops', email: 'ops@example.org', 'x-team': 'blue' },
    licenseInfo: { name: 'MIT' },
    homeRegion: { code: 'eu', zones: [1, 2] },
    nothing: null,
  }
  const { app } = describedService(full)
  expect((await app.inject('/api/v1/info')).json()).toEqual({
    display_name: 'Full',
    version: '2.3.4',
    summary: 'In short',
    description: 'At length',
    contact: { name: 'Ops', email: 'ops@example.org', 'x-team': 'blue' },
    license_info: { name: 'MIT' },
    home_region: { code: 'eu', zones: [1, 2] },
    nothing: null,
  })
})
