import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceBuilder } from 'chapkit'
import { closing, listening, redisUrl, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { service } from '../../snippets/rate-limits/service.ts'
import { service as shared } from '../../snippets/rate-limits/shared.ts'
import { type Exchange, exchange, expectExchange } from '../helpers/exchanges.ts'
import { readText } from '../helpers/pages.ts'

const SCRIPT = 'docs/snippets/rate-limits/curl.sh'
const KEY = 'sk_dev_a1b2c3d4e5f6g7h8'

/** The answer with the times of the one that the docs show: they depend on when the requests came. */
function withShownTimes(answer: Exchange, file: string): Exchange {
  const shown = readText(`docs/snippets/${file}`)
  const times = [...shown.matchAll(/;t=(\d+)/g)].map(([, seconds = '']) => seconds)
  const retryAfter = /^retry-after: (\d+)$/m.exec(shown)?.[1]
  const headers = new Map(answer.headers)
  let at = 0
  headers.set(
    'ratelimit',
    (headers.get('ratelimit') ?? '').replaceAll(/;t=\d+/g, () => `;t=${times[at++]}`),
  )
  if (headers.has('retry-after') && retryAfter !== undefined) headers.set('retry-after', retryAfter)
  const body = answer.body.replace(/again in \d+ seconds?/, `again in ${retryAfter} seconds`)
  return { ...answer, headers, body }
}

test('snippets/rate-limits/service.ts answers snippets/rate-limits/curl.sh', async () => {
  const app = service.build()
  const origin = `http://127.0.0.1:${await listening(app)}`
  const admitted = 'rate-limits/answers/admitted.http'
  expectExchange(withShownTimes(await exchange(SCRIPT, 'get', origin), admitted), admitted)
  expect((await exchange(SCRIPT, 'post', origin)).status).toBe('HTTP/1.1 201 Created')
  expect((await exchange(SCRIPT, 'post', origin)).status).toBe('HTTP/1.1 409 Conflict')
  const limited = 'rate-limits/answers/limited.http'
  expectExchange(withShownTimes(await exchange(SCRIPT, 'post', origin), limited), limited)

  const headers = { 'x-api-key': KEY }
  const reports = await app.inject({ url: '/api/v1/reports', headers })
  expect(reports.headers['ratelimit-policy']).toBe('"default";q=100;w=60, "route";q=10;w=3600')
  expect((await app.inject({ url: '/api/v1/status', headers })).headers).not.toHaveProperty('ratelimit')
})

test('snippets/rate-limits/shared.ts works with and without the server that it names', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', KEY)
  const app = closing(shared.build())
  const answer = await app.inject({ url: '/nothing', headers: { 'x-api-key': KEY } })
  expect(answer.headers['ratelimit-policy']).toBe('"default";q=100;w=60')
  vi.unstubAllEnvs()
})

test('snippets/rate-limits/keys.json: each key has its own limit', async () => {
  const file = join(temporaryFolder(), 'keys.json')
  writeFileSync(file, readText('docs/snippets/rate-limits/keys.json'))
  const { url, prefix } = redisUrl()
  const app = closing(
    new ServiceBuilder({ displayName: 'My Service' })
      .withAuth({ apiKeyFile: file })
      .withRateLimit({ limit: '5/m', store: url, prefix })
      .build(),
  )
  const policyOf = async (key: string) =>
    (await app.inject({ url: '/nothing', headers: { 'x-api-key': key } })).headers['ratelimit-policy']
  expect(await policyOf('sk_prod_a1b2c3d4e5f6g7h8')).toBe('"default";q=1000;w=60')
  expect(await policyOf('sk_prod_x1y2z3a4b5c6d7e8')).toBe('"default";q=20;w=86400')
})
