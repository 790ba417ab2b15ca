import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerHub, WorkerLink } from '@chapkit/core'
import { rateLimit, type RateLimitOptions } from '@chapkit/rate-limit'
import { expect, test, vi } from 'vitest'
import { build, metric, OTHER_KEY, send, statuses } from './service.ts'

type Answer = (message: unknown) => unknown

/** A primary process that workers of this process ask, over messages that JSON can hold. */
function primaryOf(options: RateLimitOptions) {
  const answers = new Map<string, Answer>()
  const hub: WorkerHub = {
    answer: (topic, handler) => void answers.set(topic, handler),
    askAll: async () => [],
  }
  rateLimit(options).inPrimary?.(hub)
  const state = { isGone: false, delay: 0, asked: 0 }
  const link = (id: number): WorkerLink => ({
    id,
    async ask(topic, message) {
      state.asked++
      if (state.isGone) throw new Error('The other process is gone.')
      const answer = await answers.get(topic)?.(JSON.parse(JSON.stringify(message)))
      await sleep(state.delay)
      return JSON.parse(JSON.stringify(answer))
    },
    answer: () => undefined,
  })
  const workers = [1, 2].map((id) => build(options, { workers: link(id) })) as [Worker, Worker]
  return { state, workers }
}

type Worker = ReturnType<typeof build>

test('the workers share one limit, which the primary process counts', async () => {
  const { workers, state } = primaryOf({ limit: '5/h', perRoute: { 'POST /things': '1/h' } })
  const [first, second] = workers
  const posted = await send(first.app, '/things', { method: 'POST' })
  expect(posted.headers['ratelimit']).toBe('"default";r=4;t=3600, "route";r=0;t=3600')
  expect((await send(second.app, '/things', { method: 'POST' })).statusCode).toBe(429)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, nth) => send(nth % 2 === 0 ? first.app : second.app)),
  )
  expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBe(4)
  expect((await send(second.app, '/things', { key: OTHER_KEY })).statusCode).toBe(200)
  expect(state.asked).toBe(23)
  expect(first.log.lines('rate_limit.fallback')).toEqual([])
  expect(metric(second.app, 'chapkit_rate_limit_subjects')).toEqual({})
})

test('a worker that does not reach the primary counts alone, logs it once, and asks again', async () => {
  const { workers, state } = primaryOf({ limit: '2/h' })
  const [{ app, log }] = workers
  state.isGone = true
  expect(await statuses(4, () => send(app))).toEqual([200, 200, 429, 429])
  expect(log.lines('rate_limit.fallback')).toMatchObject([{ reason: 'The other process is gone.' }])
  expect(metric(app, 'chapkit_rate_limit_decisions_total')).toMatchObject({ 'fallback service': 4 })
  // One asked, the others did not wait; one probe at a time looks for the primary.
  expect(state.asked).toBe(2)
  state.isGone = false
  await vi.waitFor(
    async () => {
      await send(app, '/nothing', { key: OTHER_KEY })
      expect(log.lines('rate_limit.restored')).toHaveLength(1)
    },
    { timeout: 20_000, interval: 20 },
  )
  expect(await statuses(3, () => send(app))).toEqual([200, 200, 429])
})

test('a primary that is too slow is as one that is gone', async () => {
  const { workers, state } = primaryOf({ limit: '2/h', timeout: 20 })
  const [{ app, log }] = workers
  state.delay = 300
  expect(await statuses(3, () => send(app))).toEqual([200, 200, 429])
  expect(log.lines('rate_limit.fallback')).toMatchObject([
    { reason: 'The primary process did not answer in 20 ms.' },
  ])
  state.delay = 0
  await vi.waitFor(
    async () => {
      await send(app, '/nothing', { key: OTHER_KEY })
      expect(log.lines('rate_limit.restored')).toHaveLength(1)
    },
    { timeout: 20_000, interval: 20 },
  )
})

test('with Redis the primary has nothing to count', () => {
  expect(rateLimit({ limit: '1/s', store: 'redis://127.0.0.1:1' })).not.toHaveProperty('inPrimary')
})
