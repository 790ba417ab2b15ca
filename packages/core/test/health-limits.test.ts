import { once } from 'node:events'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { health, type HealthCheck, type HealthCheckResult } from '@chapkit/core'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { routes, service } from './support.ts'

afterEach(() => vi.useRealTimers())

const healthy: HealthCheck = () => ({ state: 'healthy' })

/** A check that answers when it is told to, and what it was given. */
function heldCheck() {
  const signals: AbortSignal[] = []
  const runs: { resolve: (result: HealthCheckResult) => void; reject: (error: Error) => void }[] = []
  const check: HealthCheck = (signal) => {
    signals.push(signal)
    return new Promise<HealthCheckResult>((resolve, reject) => runs.push({ resolve, reject }))
  }
  return { check, signals, runs }
}

test.each([
  ['of all checks', (check: HealthCheck) => ({ timeout: 20, checks: { queue: check, well: healthy } })],
  ['of its own', (check: HealthCheck) => ({ checks: { queue: { check, timeout: 20 }, well: healthy } })],
])('a check that takes longer than the limit %s is unhealthy, and is told', async (_what, options) => {
  const { check, signals, runs } = heldCheck()
  const { app } = service([health(options(check))])
  const answer = await app.inject('/health')
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toMatchObject({
    detail: 'Unhealthy: queue.',
    checks: {
      queue: { state: 'unhealthy', message: 'Check timed out after 20 ms' },
      well: { state: 'healthy' },
    },
  })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])

  // What it says later concerns nobody, and ends no process.
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  onTestFinished(() => void process.off('unhandledRejection', unhandled))
  runs[0]?.reject(new Error('late'))
  await turn()
  expect(unhandled).not.toHaveBeenCalled()
})

test('a check that rejects because it is told to stop has timed out all the same', async () => {
  const check: HealthCheck = async (signal) => {
    await once(signal, 'abort')
    throw new Error('aborted')
  }
  const { app } = service([health({ checks: { check }, timeout: 10 })])
  expect((await app.inject('/health')).json().checks.check.message).toBe('Check timed out after 10 ms')
})

test('a check that answers in time is not told to stop', async () => {
  const signals: AbortSignal[] = []
  const check: HealthCheck = (signal) => {
    signals.push(signal)
    return { state: 'healthy' }
  }
  const { app } = service([health({ checks: { check }, timeout: 10 })])
  expect((await app.inject('/health')).statusCode).toBe(200)
  await sleep(50)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
})

test('probes that ask while a check runs share its answer, and the next one runs it again', async () => {
  const { check, runs } = heldCheck()
  let asked = 0
  const counting = routes((app) => void app.addHook('onSend', async () => void asked++), 'counting')
  const { app } = service([counting, health({ checks: { check } })])
  const ask = (path: string) => app.inject(path).then((answer) => answer.json<unknown>())
  const answers = Array.from({ length: 20 }, (_, i) => ask(i % 2 ? '/health' : '/health/ready'))
  await vi.waitFor(() => expect(runs).toHaveLength(1))
  answers.push(ask('/health'))
  // All came that would have begun a second run.
  await ask('/health/live')
  expect([asked, runs.length]).toEqual([1, 1])
  runs[0]?.resolve({ state: 'degraded', message: 'shared' })
  expect(await Promise.all(answers)).toEqual(
    answers.map(() => ({
      status: 'degraded',
      checks: { check: { state: 'degraded', message: 'shared' } },
    })),
  )

  const next = ask('/health')
  await vi.waitFor(() => expect(runs).toHaveLength(2))
  runs[1]?.resolve({ state: 'healthy' })
  expect(await next).toEqual({ status: 'healthy', checks: { check: { state: 'healthy' } } })
})

test('what a check found is told again while its cache lasts, and what it could not find as well', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const found = vi.fn<HealthCheck>(healthy)
  const failing = vi.fn<HealthCheck>(() => Promise.reject(new Error('down')))
  const fresh = vi.fn<HealthCheck>(healthy)
  const { app } = service([
    health({ checks: { found, failing, fresh: { check: fresh, cache: 0 } }, cache: 1_000 }),
  ])
  const runs = () => [found, failing, fresh].map(({ mock }) => mock.calls.length)
  const first = (await app.inject('/health')).json()
  vi.advanceTimersByTime(999)
  expect((await app.inject('/health')).json()).toEqual(first)
  expect((await app.inject('/health/ready')).statusCode).toBe(503)
  expect(runs()).toEqual([1, 1, 3])
  vi.advanceTimersByTime(1)
  await app.inject('/health')
  expect(runs()).toEqual([2, 2, 4])
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['no check', { timeout: 5 }],
  ['a check that is no function', { check: 'x' }],
  ['a limit of 0', { check: healthy, timeout: 0 }],
  ['a limit that no timer has', { check: healthy, timeout: 600_001 }],
  ['a limit that is no number', { check: healthy, timeout: '5s' }],
  ['half a millisecond', { check: healthy, cache: 0.5 }],
  ['a cache that is below 0', { check: healthy, cache: -1 }],
  ['a cache of days', { check: healthy, cache: 86_400_000 }],
  ['a member that is not known', { check: healthy, timeot: 5 }],
])('a check that is given as %s is refused', (_what, check) => {
  expect(() => health({ checks: { check: check as never } })).toThrow(
    "option 'checks' must be an object of functions by name, or of { check, timeout, cache }",
  )
})

test('limits of all checks are checked, too', () => {
  expect(() => health({ timeout: 0 })).toThrow("option 'timeout' must be >= 1")
  expect(() => health({ cache: -1 })).toThrow("option 'cache' must be >= 0")
  expect(() =>
    health({ checks: { a: { check: healthy, timeout: 600_000, cache: 3_600_000 } } }),
  ).not.toThrow()
})
