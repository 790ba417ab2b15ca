import { expect, test } from 'vitest'
import { FailureBudget } from '../src/failure-budget.ts'
import { statusWith, KEY, start } from './service.ts'

const LIMIT = { count: 3, window: 60_000 }
const client = { ip: '192.0.2.1' }

test('an address is exhausted by its own failures, and no longer than the window', () => {
  let now = 1_000
  const budget = new FailureBudget(LIMIT, () => now)
  for (let failure = 0; failure < 3; failure++) {
    expect(budget.isExhausted(client)).toBe(false)
    budget.count(client)
    now += 1_000
  }
  expect(budget.isExhausted(client)).toBe(true)
  expect(budget.isExhausted({ ip: '192.0.2.2' })).toBe(false)
  expect(budget.exhaustionOf(client)).toMatchObject({
    address: '192.0.2.1',
    isFirst: true,
    problem: { statusCode: 429, headers: { 'retry-after': '57' } },
  })
  expect(budget.exhaustionOf(client).isFirst).toBe(false)
  budget.count(client)
  now = 61_000
  expect(budget.isExhausted(client)).toBe(false)
  budget.count(client)
  expect(budget.isExhausted(client)).toBe(true)
  expect(budget.exhaustionOf(client).isFirst).toBe(false)
  now = 130_000
  expect(budget.isExhausted(client)).toBe(false)
  for (let failure = 0; failure < 3; failure++) budget.count(client)
  expect(budget.exhaustionOf(client).isFirst).toBe(true)
})

test('IPv6 counts by networks of 64 bits, and what is no address counts as one', () => {
  const budget = new FailureBudget({ count: 1, window: 60_000 })
  budget.count({ ip: '2001:db8:0:1::1' })
  budget.count({ ip: 'any text' })
  expect(budget.isExhausted({ ip: '2001:db8:0:1:ffff::2' })).toBe(true)
  expect(budget.isExhausted({ ip: '2001:db8:0:2::1' })).toBe(false)
  expect(budget.isExhausted({ ip: 'another text' })).toBe(true)
})

test(
  '100,000 wrong keys from one address, then a right key from the same: 200',
  { timeout: 300_000 },
  async () => {
    const { app, log } = await start({ apiKeys: [KEY] })
    const statuses = new Map<number, number>()
    for (let sent = 0; sent < 100_000; sent++) {
      const status = await statusWith(app, `sk_wrong_${sent}_0123456789`)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    // On a machine so slow that it took minutes, there were some more.
    expect(statuses.get(401)).toBeGreaterThanOrEqual(60)
    expect(statuses.get(429)).toBeGreaterThan(90_000)
    expect(new Set(statuses.keys())).toEqual(new Set([401, 429]))
    expect(await statusWith(app, KEY)).toBe(200)
    expect(log.lines('auth.rate_limited').length).toBeLessThan(10)
    expect(log.lines('auth.rate_limited')[0]).toMatchObject({
      level: 'warning',
      address: '127.0.0.1',
      client_host: '127.0.0.1',
    })
  },
)

test('beyond the limit it is 429 with Retry-After; a missing key counts for nothing', async () => {
  const { app } = await start({ apiKeys: [KEY], failureLimit: '2/m' })
  for (let sent = 0; sent < 5; sent++) expect((await app.inject('/api/v1/configs')).statusCode).toBe(401)
  expect(await statusWith(app, 'sk_wrong_1')).toBe(401)
  expect(await statusWith(app, 'sk_wrong_2')).toBe(401)
  const answer = await app.inject({ url: '/api/v1/configs', headers: { 'x-api-key': 'sk_wrong_3' } })
  expect(answer.json()).toMatchObject({ type: 'urn:chapkit:error:rate-limited', status: 429 })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect((await app.inject('/api/v1/configs')).statusCode).toBe(401)
  expect(await statusWith(app, KEY)).toBe(200)
})

test('without a limit every wrong key is 401', async () => {
  const { app } = await start({ apiKeys: [KEY], failureLimit: false })
  for (let sent = 0; sent < 100; sent++) expect(await statusWith(app, `sk_wrong_${sent}`)).toBe(401)
  await expect(start({ apiKeys: [KEY], failureLimit: 'often' })).rejects.toThrow(
    "withAuth(): option 'failureLimit' must be a number of requests",
  )
  await expect(start({ apiKeys: [KEY], failureLimit: 60 as never })).rejects.toThrow(
    "withAuth(): option 'failureLimit' must be a limit such as '60/m', or false",
  )
})
