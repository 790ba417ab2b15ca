import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { full, sizes, tell, timeout } from '../src/sizes.ts'
import type { SlowResult } from '../src/slow-sockets.ts'
import { KEY, runScript, Soaked } from '../src/soaked.ts'

vi.setConfig({ testTimeout: timeout })

/** Milliseconds that the service gives a client for its header, and then for its body. */
const SLOW_LIMIT = full ? 10_000 : 2_000

test('row 21: slow sockets are closed, and hold up nobody', async () => {
  const service = await Soaked.start({ SLOW_LIMIT: String(SLOW_LIMIT) })
  const others = { path: '/hello', connections: 200, rate: 500 }
  const seconds = sizes.slowSeconds
  await service.load({ ...others, seconds: 2 })

  const idle = await service.load({ ...others, seconds })
  const slow = runScript<SlowResult>('slow-sockets.js', {
    port: service.port,
    key: KEY,
    sockets: sizes.slowSockets / 2,
    seconds: seconds + 1,
  })
  await sleep(500)
  const beside = await service.load({ ...others, seconds })
  const { opened, timedOut, longest } = await slow

  // On a busy machine some could not even be sent; none is answered otherwise.
  expect(beside).toMatchObject({ statuses: { 200: 500 * seconds - beside.unsent }, lost: 0 })
  expect(beside.unsent).toBeLessThan(100 * seconds)
  // Each was closed with an answer, and the service looks twice a second.
  expect(timedOut).toBe(opened)
  expect(opened).toBeGreaterThanOrEqual(sizes.slowSockets)
  expect(longest).toBeLessThan(SLOW_LIMIT / 1000 + (full ? 1 : 20))
  expect(full ? beside.p99 : 0).toBeLessThan(2 * idle.p99)
  tell(
    `${sizes.slowSockets} slow sockets for ${seconds} s (${opened} opened, all closed, after ${longest.toFixed(1)} s at most): ` +
      `p99 of others ${beside.p99.toFixed(1)} ms, idle ${idle.p99.toFixed(1)} ms`,
  )
})
