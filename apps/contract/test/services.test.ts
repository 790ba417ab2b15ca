import { closing } from '@chapkit/testing'
import { beforeEach, expect, test, vi } from 'vitest'
import { serviceFor, services } from '../src/services/service-for.ts'

beforeEach(() => {
  vi.stubEnv('LOG_LEVEL', 'silent')
  return () => vi.unstubAllEnvs()
})

const KEY = 'sk_dev_contract_key_0001'

test.each(Object.keys(services))('the service of %s.json answers', async (name) => {
  const headers = { 'x-api-key': KEY, 'x-custom-auth-token': KEY, authorization: KEY }
  const answer = await closing(serviceFor(name).build()).inject({ url: '/api/v1/info', headers })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toHaveProperty('display_name')
})

test('a file that is not known has the service of the longest name that it begins with', async () => {
  const answer = await closing(serviceFor('auth-custom-header-again').build()).inject('/api/v1/configs')
  expect(answer.json()).toMatchObject({ detail: 'Missing authentication header: X-Custom-Auth-Token' })
  expect(() => serviceFor('nothing')).toThrow(/^No service is known for nothing\.json\. Known: apps, /)
})
