import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { full, sizes, tell, timeout } from '../src/sizes.ts'
import { Soaked } from '../src/soaked.ts'

vi.setConfig({ testTimeout: timeout })

/** Requests of 5 ms that a second has room for, and ten times as many. */
const CAPACITY = 200
const OVERLOAD = 10 * CAPACITY

test('row 24: a service with ten times the work that it can do refuses most, and serves the rest', async () => {
  // In the suite, other tests hold the processor for longer than the limit of the full form.
  const service = await Soaked.start({ MAX_EVENT_LOOP_DELAY: full ? '100' : '1000' })
  const seconds = sizes.overloadSeconds
  const work = { path: '/work', connections: 500, seconds }
  const idle = await service.load({ ...work, rate: CAPACITY / 10 })
  const loading = service.load({ ...work, rate: OVERLOAD })
  let isOver = false
  const probing = probe(service, () => isOver)
  const overload = await loading
  isOver = true
  const probes = await probing

  expect(idle).toMatchObject({ statuses: { 200: (CAPACITY / 10) * seconds }, lost: 0 })
  expect(Object.keys(overload.statuses)).toEqual(['200', '503'])
  expect(overload.lost).toBe(0)
  expect(overload.deferred).toBe(overload.statuses[503])
  expect(probes).toEqual(['200'])
  expect(full ? overload.p99 : 0).toBeLessThan(5 * idle.p99)
  tell(
    `ten times the capacity for ${seconds} s: ${JSON.stringify(overload.statuses)}, ` +
      `p99 of the admitted ${overload.p99.toFixed(1)} ms, idle ${idle.p99.toFixed(1)} ms`,
  )
})

/** What the probe of the platform is answered meanwhile. */
async function probe(service: Soaked, isOver: () => boolean) {
  const live = new Set<string>()
  while (!isOver()) {
    live.add(String((await service.ask('/health/live')).status))
    await sleep(50)
  }
  return [...live]
}
