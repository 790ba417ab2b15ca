import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceBuilder } from 'chapkit'

await test('the info needs a key', async () => {
  const app = new ServiceBuilder({ displayName: 'My Service' })
    .withAuth({ apiKeys: ['sk_test_0123456789abcdef'] })
    .build()

  const refused = await app.inject('/api/v1/info')
  assert.equal(refused.statusCode, 401)

  const answered = await app.inject({
    url: '/api/v1/info',
    headers: { 'x-api-key': 'sk_test_0123456789abcdef' },
  })
  assert.equal(answered.json().display_name, 'My Service')

  await app.close()
})
