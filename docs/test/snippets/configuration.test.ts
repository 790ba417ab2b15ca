import { ServiceBuilder, Type } from 'chapkit'
import { closing, listening, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test } from 'vitest'
import { useConfigs } from '../../snippets/configuration/in-code.ts'
import { noDelete, readOnly } from '../../snippets/configuration/permissions.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { curl } from '../helpers/scripts.ts'

/** The service stores in a file of the working directory. */
async function start() {
  const before = process.cwd()
  process.chdir(temporaryFolder())
  onTestFinished(() => process.chdir(before))
  const { service } = await import('../../snippets/configuration/service.ts')
  const app = service.build()
  return { app, origin: `http://127.0.0.1:${await listening(app)}` }
}

test('snippets/configuration/service.ts answers snippets/configuration/curl.sh', async () => {
  const { app, origin } = await start()
  const call = (region: string) => curl('docs/snippets/configuration/curl.sh', region, origin)

  const created = await call('create')
  expect(created.status).toBe(201)
  expectAnswer(created.body, 'configuration/answers/created.json')

  const invalid = await call('invalid')
  expect(invalid.status).toBe(422)
  expectAnswer(invalid.body, 'configuration/answers/invalid.json')

  await app.configs.create({
    name: 'staging',
    data: { environment: 'staging', debug: false, retries: 3, tags: [] },
  })
  await app.configs.create({
    name: 'dev',
    data: { environment: 'development', debug: true, retries: 0, tags: ['x'] },
  })
  expectAnswer((await call('page')).body, 'configuration/answers/page.json')

  expect(await (await fetch(`${origin}/api/v1/retries/dev`)).json()).toEqual({ retries: 0 })
  expect((await fetch(`${origin}/api/v1/retries/prod`)).status).toBe(404)
})

test('snippets/configuration/in-code.ts', async () => {
  expect(await useConfigs()).toEqual(['live', 'live', '1', '1', '1', 'true'])
})

test('snippets/configuration/permissions.ts: what is not permitted has no route', async () => {
  const app = closing(readOnly.build())
  await app.ready()
  const { id } = await app.configs.create({ name: 'a', data: { environment: 'x' } })
  const one = `/api/v1/settings/${id}`
  const status = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string) => {
    const { statusCode, headers } = await app.inject({ method, url, payload: {} })
    return [statusCode, headers.allow]
  }
  expect(await status('GET', one)).toEqual([200, undefined])
  expect(await status('POST', '/api/v1/settings')).toEqual([405, 'GET, HEAD'])
  expect(await status('PUT', one)).toEqual([405, 'GET, HEAD'])
  expect(await status('DELETE', one)).toEqual([405, 'GET, HEAD'])

  const other = closing(noDelete.build())
  const answer = await other.inject({ method: 'DELETE', url: `/api/v1/configs/${id}` })
  expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'GET, HEAD, PUT'])
})

test('what of TypeBox is no JSON Schema has no effect; formats have', async () => {
  const Even = Type.Refine(Type.Integer(), (value) => value % 2 === 0)
  const AppConfig = Type.Object({ even: Even, since: Type.String({ format: 'date-time' }) })
  const app = closing(new ServiceBuilder({ displayName: 'My Service' }).withConfig(AppConfig).build())
  await app.ready()
  const create = (name: string, even: number, since: string) =>
    app.configs.create({ name, data: { even, since } })
  await create('odd', 3, '2026-11-24T18:00:00Z')
  await expect(create('no time', 2, 'today')).rejects.toMatchObject({ type: 'validation-failed' })
})
