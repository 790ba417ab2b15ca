import { expect, test, vi } from 'vitest'
import { full, sizes, tell, timeout } from '../src/sizes.ts'
import { Soaked } from '../src/soaked.ts'
import { slope } from '../src/statistics.ts'

vi.setConfig({ testTimeout: timeout })

const MEBIBYTE = 2 ** 20

/** MiB that a million requests may leave behind. Of few requests accidents weigh more; 100 bytes each would be 95 MiB. */
const LIMIT = full ? 1 : 30

test('requests leave nothing behind', async () => {
  const service = await Soaked.start({}, '/dev/null')
  const requests = sizes.requests / sizes.parts
  const heap: [number, number][] = []
  const resident: [number, number][] = []
  for (let part = 1; part <= sizes.parts; part++) {
    const { statuses, lost } = await service.load({ path: '/hello', connections: 16, depth: 16, requests })
    expect({ statuses, lost }).toEqual({ statuses: { 200: requests }, lost: 0 })
    const { heapUsed, rss } = await service.memory()
    const millions = (part * requests) / 1e6
    heap.push([millions, heapUsed / MEBIBYTE])
    resident.push([millions, rss / MEBIBYTE])
    if (part % (sizes.parts / 4) === 0)
      tell(`${millions} million requests: heap ${mib(heapUsed)}, resident ${mib(rss)}`)
  }
  // What is made once, and what the compiler still changes, is no leak.
  const warm = (points: readonly [number, number][]) => slope(points.slice(sizes.parts / 4))
  tell(
    `${sizes.requests / 1e6} million requests: heap ${warm(heap).toFixed(3)} MiB a million, ` +
      `resident ${warm(resident).toFixed(3)} MiB a million`,
  )
  expect(warm(heap)).toBeLessThan(LIMIT)
  // Pages that the allocator keeps come and go by the megabyte.
  expect(full ? warm(resident) : 0).toBeLessThan(LIMIT)
})

function mib(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}
