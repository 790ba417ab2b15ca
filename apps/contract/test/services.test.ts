import { afterEach, expect, test } from 'vitest'
import { ServiceBuilder, type ServiceApp } from 'chapkit'
import { serviceFor, services } from '../src/services/service-for.ts'

const KEY = 'sk_dev_contract_key_0001'
const opened: ServiceApp[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()))
})

test.each(Object.keys(services))('the service of %s.json answers', async (name) => {
  const headers = { 'x-api-key': KEY, 'x-custom-auth-token': KEY, authorization: KEY }
  const answer = await build(name).inject({ url: '/api/v1/info', headers })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toHaveProperty('display_name')
})

test('a file that is not known has the service of the longest name that it begins with', async () => {
  const answer = await build('auth-custom-header-again').inject('/api/v1/configs')
  expect(answer.json()).toMatchObject({ detail: 'Missing authentication header: X-Custom-Auth-Token' })
  expect(() => serviceFor('nothing')).toThrow(/^No service is known for nothing\.json\. Known: apps, /)
})

function build(name: string): ServiceApp {
  const service = serviceFor(name)
  if (!(service instanceof ServiceBuilder)) throw new TypeError('not a builder')
  const app: ServiceApp = service.build()
  opened.push(app)
  return app
}
