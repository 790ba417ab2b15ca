import { startService } from '@chapkit/testing'
import { expect, test } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEY = 'sk_dev_0123456789abcdef'

test('takes the key from X-Custom-API-Key and from no other header', async () => {
  const { origin, process } = await startService('server.ts', { cwd, env: { CHAPKIT_API_KEYS: KEY } })
  const get = (headers: Record<string, string>) => fetch(`${origin}/api/v1/configs`, { headers })

  expect((await get({ 'X-Custom-API-Key': KEY })).status).toBe(200)
  const answer = await get({ 'X-API-Key': KEY })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ detail: 'Missing authentication header: X-Custom-API-Key' })
  const invalid = await get({ 'X-Custom-API-Key': 'invalid_key' })
  expect(await invalid.json()).toMatchObject({ status: 401, detail: 'Invalid API key' })
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
  expect(process.output).not.toContain(KEY)
})
