import type { ConfigOptions } from '@chapkit/config'
import { expect, test } from 'vitest'
import { AppConfig, serviceOf, UNKNOWN_ID } from './service.ts'

const PATH = '/api/v1/configs'
const ONE = `${PATH}/${UNKNOWN_ID}`
const body = { name: 'x', data: { environment: 'e' } }

const REQUESTS = [
  ['POST', PATH],
  ['GET', PATH],
  ['HEAD', PATH],
  ['GET', `${PATH}/$schema`],
  ['GET', ONE],
  ['PUT', ONE],
  ['DELETE', ONE],
] as const

/** What the requests are answered, in their order; where the route is there, the last three find no config. */
const CASES: [string, ConfigOptions, number[]][] = [
  ['everything by default', {}, [201, 200, 200, 200, 404, 404, 404]],
  ['no create', { permissions: { create: false } }, [405, 200, 200, 200, 404, 404, 404]],
  ['no read', { allowRead: false }, [201, 405, 405, 405, 405, 404, 404]],
  ['no update', { permissions: { update: false } }, [201, 200, 200, 200, 404, 405, 404]],
  ['no delete', { allowDelete: false }, [201, 200, 200, 200, 404, 404, 405]],
  [
    'read only',
    { allowCreate: false, allowUpdate: false, allowDelete: false },
    [405, 200, 200, 200, 404, 405, 405],
  ],
  [
    'nothing',
    { permissions: { create: false, read: false, update: false, delete: false } },
    [404, 404, 404, 404, 404, 404, 404],
  ],
  [
    'a single option over the permissions',
    { permissions: { read: false, create: false }, allowRead: true, allowUpdate: false },
    [405, 200, 200, 200, 404, 405, 404],
  ],
]

test.each(CASES)('%s', async (_name, options, statuses) => {
  const app = serviceOf(AppConfig, options)
  const answers: number[] = []
  for (const [method, url] of REQUESTS) {
    const payload = method === 'POST' || method === 'PUT' ? { body } : {}
    const { statusCode } = await app.inject({ method, url, ...payload })
    answers.push(statusCode)
  }
  expect(answers).toEqual(statuses)
})

test('405 names what the path offers', async () => {
  const app = serviceOf(AppConfig, { allowDelete: false, allowCreate: false })
  const collection = await app.inject({ method: 'POST', url: PATH, body })
  expect(collection.headers['allow']).toBe('GET, HEAD')
  expect((await app.inject({ method: 'DELETE', url: ONE })).headers['allow']).toBe('GET, HEAD, PUT')
})

test('code may do what clients may not', async () => {
  const app = serviceOf(AppConfig, { permissions: { create: false, update: false, delete: false } })
  await app.ready()
  const data = { environment: 'e', debug: false, retries: 1, tags: [] }
  const { id } = await app.configs.create({ name: 'x', data })
  expect((await app.inject(`${PATH}/${id}`)).json()).toMatchObject({ name: 'x', data })
})
