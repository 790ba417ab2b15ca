import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileKeys } from '@chapkit/auth'
import { temporaryFolder } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { build, metric, send, statuses } from './service.ts'

const SLOW = 'sk_test_slow_0123456789'
const QUICK = 'sk_test_quick_0123456789'
const PLAIN = 'sk_test_plain_0123456789'

/** A service with three keys, two of which have a limit of their own. */
function withOwnLimits() {
  const file = join(temporaryFolder(), 'keys.json')
  const keys = [
    { id: 'slow', key: SLOW, rate_limit: '1/h' },
    { id: 'quick', key: QUICK, rate_limit: '5/h' },
    { id: 'plain', key: PLAIN },
  ]
  writeFileSync(file, JSON.stringify({ keys }))
  return build({ limit: '2/h', perRoute: { 'POST /things': '4/h' } }, { auth: { store: fileKeys(file) } })
}

test("a key's own limit counts instead of the service's, be it lower or higher", async () => {
  const { app, log } = withOwnLimits()
  const slow = await send(app, '/things', { key: SLOW })
  expect(slow.headers).toMatchObject({
    'ratelimit-policy': '"default";q=1;w=3600',
    ratelimit: '"default";r=0;t=3600',
  })
  expect(await statuses(2, () => send(app, '/things', { key: SLOW }))).toEqual([429, 429])
  expect(await statuses(6, () => send(app, '/things', { key: QUICK }))).toEqual([
    200, 200, 200, 200, 200, 429,
  ])
  expect(await statuses(3, () => send(app, '/things', { key: PLAIN }))).toEqual([200, 200, 429])
  expect(log.lines('auth.rate_limited').map(({ key_id, limit }) => [key_id, limit])).toEqual([
    ['slow', '1/h'],
    ['quick', '5/h'],
    ['plain', '2/h'],
  ])
  expect(metric(app, 'chapkit_rate_limit_decisions_total')).toEqual({
    'allowed key': 6,
    'limited key': 3,
    'allowed service': 2,
    'limited service': 1,
  })
})

test("a route's limit counts beside it", async () => {
  const { app } = withOwnLimits()
  const post = (key: string) => send(app, '/things', { key, method: 'POST' })
  expect(await statuses(5, () => post(QUICK))).toEqual([200, 200, 200, 200, 429])
  expect((await post(SLOW)).headers['ratelimit']).toBe('"default";r=0;t=3600, "route";r=3;t=3600')
})
