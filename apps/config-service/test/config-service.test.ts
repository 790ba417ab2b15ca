import { startService, temporaryFolder } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { environments } from '../environments.ts'

const cwd = new URL('..', import.meta.url)
const KEY = 'sk_dev_0123456789abcdef'

interface Config {
  readonly id: string
  readonly name: string
  readonly data: Record<string, unknown>
}

async function call(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { 'x-api-key': KEY, 'content-type': 'application/json' } })
}

test('has three environments from its first start on, and seeds none of them twice', async () => {
  const env = { CHAPKIT_API_KEYS: KEY, DATABASE_URL: `sqlite:${temporaryFolder()}/configs.db` }

  const first = await startService('server.ts', { cwd, env })
  const configs = (await (await call(`${first.origin}/api/v1/configs`)).json()) as Config[]
  expect(Object.fromEntries(configs.map(({ name, data }) => [name, data]))).toEqual(environments)
  expect(await first.process.logged('config.seeded', 3)).toHaveLength(3)

  const [production] = configs
  const changed = { name: 'production', data: { environment: 'production', debug: true, replicas: 5 } }
  const put = await call(`${first.origin}/api/v1/configs/${production?.id}`, {
    method: 'PUT',
    body: JSON.stringify(changed),
  })
  expect(put.status).toBe(200)
  expect(await first.process.stop()).toMatchObject({ code: 0, stderr: '' })

  const second = await startService('server.ts', { cwd, env })
  const again = (await (await call(`${second.origin}/api/v1/configs`)).json()) as Config[]
  expect(again.map(({ id }) => id)).toEqual(configs.map(({ id }) => id))
  expect(again[0]).toMatchObject(changed)
  expect(second.process.log('config.seeded')).toEqual([])
})

test('works with configs in memory, too', async () => {
  const { origin } = await startService('server.ts', { cwd, env: { CHAPKIT_API_KEYS: KEY } })
  expect(await (await call(`${origin}/api/v1/configs?page=1&size=2`)).json()).toMatchObject({
    total: 3,
    pages: 2,
  })
})
