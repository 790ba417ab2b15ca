import { expect, test } from 'vitest'
import { grants, isScope, isScopePattern } from '../src/scopes.ts'

test('a scope is what it is about and an action', () => {
  for (const scope of ['configs:read', 'model-runs:start.now', 'a:b', 'feature_flags:write']) {
    expect([scope, isScope(scope), isScopePattern(scope)]).toEqual([scope, true, true])
  }
  for (const none of [
    '',
    'configs',
    ':read',
    'configs:',
    'a:b:c',
    'a b:read',
    'a:-',
    '_a:b',
    'é:read',
    'Configs:read',
    'configs:READ',
    'a:b\n',
  ]) {
    expect([none, isScope(none), isScopePattern(none)]).toEqual([none, false, false])
  }
  for (const pattern of ['*', 'configs:*']) {
    expect([pattern, isScope(pattern), isScopePattern(pattern)]).toEqual([pattern, false, true])
  }
  for (const none of ['**', '*:read', '*:*', 'configs:re*', 'con*:read', 'configs*']) {
    expect([none, isScopePattern(none)]).toEqual([none, false])
  }
})

test('a key with scopes has those, and those alone', () => {
  const scopes = ['configs:read', 'artifacts:*']
  expect(grants(scopes, ['configs:read'])).toBe(true)
  expect(grants(scopes, ['configs:write'])).toBe(false)
  expect(grants(['configs:write'], ['configs:read'])).toBe(false)
  expect(grants(scopes, ['artifacts:read', 'artifacts:write'])).toBe(true)
  expect(grants(scopes, ['configs:read', 'configs:write'])).toBe(false)
  expect(grants(scopes, ['configs:reader'])).toBe(false)
  expect(grants(scopes, ['my-artifacts:read'])).toBe(false)
  expect(grants(scopes, [])).toBe(true)
  expect(grants([], [])).toBe(true)
  expect(grants([], ['configs:read'])).toBe(false)
  expect(grants(['*'], ['configs:read', 'reports:run'])).toBe(true)
})

test('row 28: what is administrative must be named', () => {
  expect(grants(undefined, ['configs:read', 'configs:write'])).toBe(true)
  expect(grants(undefined, [])).toBe(true)
  expect(grants(undefined, ['keys:admin'])).toBe(false)
  expect(grants(undefined, ['configs:read', 'keys:admin'])).toBe(false)
  expect(grants(['keys:read', 'configs:*'], ['keys:admin'])).toBe(false)
  expect(grants(['keys:admin'], ['keys:admin'])).toBe(true)
  expect(grants(['keys:*'], ['keys:admin'])).toBe(true)
  expect(grants(['*'], ['keys:admin'])).toBe(true)
})
