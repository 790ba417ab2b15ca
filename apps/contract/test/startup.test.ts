import { closing } from '@chapkit/testing'
import { ServiceBuilder } from 'chapkit'
import { beforeEach, expect, test, vi } from 'vitest'
import { saysTheSame } from '../src/startup/error-texts.ts'
import { buildFromPython } from '../src/startup/python-builder.ts'

beforeEach(() => {
  vi.stubEnv('LOG_LEVEL', 'silent')
  return () => vi.unstubAllEnvs()
})

test('an expression in Python makes the same calls on the builder', async () => {
  const builder = buildFromPython(
    "ServiceBuilder(info=ServiceInfo(display_name='Python', version='2.0'))" +
      ".with_database('sqlite+aiosqlite:///:memory:')" +
      ".with_health(checks={'a-b_c': ok}, prefix='/up', include_database_check=False)" +
      ".with_app('apps/dash', prefix='/panel').with_system()",
  )
  if (!(builder instanceof ServiceBuilder)) throw new TypeError('not a builder')
  const app = closing(builder.build())
  expect((await app.inject('/api/v1/info')).json()).toMatchObject({ display_name: 'Python', version: '2.0' })
  expect((await app.inject('/up')).json()).toEqual({
    status: 'healthy',
    checks: { 'a-b_c': { state: 'healthy' } },
  })
  expect((await app.inject('/panel/')).statusCode).toBe(200)
})

test.each([
  ["ServiceBuilder(info=info).with_health(checks={'a b': ok})", /health check name 'a b'/i],
  ['ServiceInfo()', /displayName/],
  ['ServiceBuilder(info=info).with_nothing()', /^The builder has no withNothing\(\)\.$/],
  ['ServiceBuilder(info=unknown)', /^Nothing is known as unknown\.$/],
])('%s fails', (text, message) => {
  expect(() => buildFromPython(text)).toThrow(message)
})

test.each([
  ['No API keys configured. Provide api_keys.', 'No API keys configured. Give apiKeys.', true],
  ['No API keys configured. Provide api_keys.', 'No API keys found in CHAPKIT_API_KEYS.', true],
  ['No API keys configured. Provide api_keys.', 'API key file not found: /x', false],
  ['API key file not found: /run/keys', 'API key file not found: /run/keys', true],
  ['API key file not found: /run/keys', 'API key file not found: /run/other', false],
  ["[Errno 21] Is a directory: '/run/keys'", 'The API key file is a folder: /run/keys.', true],
  ['1 validation error for X\ndisplay_name\n  Field required', "option 'displayName' is missing", true],
  ['1 validation error for X\ndisplay_name\n  Field required', "option 'version' is missing", false],
])('recorded %j, ours %j: %s', (recorded, ours, same) => {
  expect(saysTheSame(recorded, ours)).toBe(same)
})
