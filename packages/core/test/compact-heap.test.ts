import inspector, { Session } from 'node:inspector'
import { listening } from '@chapkit/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { compactHeap } from '../src/serving/compact-heap.ts'
import { service } from './support.ts'

beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'))

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const nextTurn = () => new Promise((resolve) => setTimeout(resolve))

function smallHeap(heapUsed = 20 * 2 ** 20) {
  vi.spyOn(process, 'memoryUsage').mockReturnValue({ ...process.memoryUsage(), heapUsed })
}

test('what nobody needs is gone', async () => {
  smallHeap()
  const left = new WeakRef({ made: 'at the start' })
  // A WeakRef keeps what it was made of for that turn.
  await nextTurn()
  await compactHeap()
  expect(left.deref()).toBeUndefined()
})

test.each([
  ['production', 1],
  ['development', 0],
])('a service in %s, as it begins to listen, compacts its heap %i times', async (environment, times) => {
  smallHeap()
  vi.stubEnv('NODE_ENV', environment)
  const post = vi.spyOn(Session.prototype, 'post')
  const { app } = service([])
  const port = await listening(app)
  expect((await fetch(`http://127.0.0.1:${port}/api/v1/info`)).status).toBe(200)
  expect(post).toHaveBeenCalledTimes(times)
})

test('a large heap is left as it is: it would take long', async () => {
  smallHeap(200 * 2 ** 20)
  const post = vi.spyOn(Session.prototype, 'post')
  await compactHeap()
  expect(post).not.toHaveBeenCalled()
})

test('where somebody may look through the inspector, it is theirs', async () => {
  smallHeap()
  inspector.open(0, '127.0.0.1')
  const post = vi.spyOn(Session.prototype, 'post')
  await compactHeap()
  inspector.close()
  expect(post).not.toHaveBeenCalled()
})

test('a process that may not use the inspector goes on', async () => {
  smallHeap()
  vi.spyOn(Session.prototype, 'connect').mockImplementation(() => {
    throw new Error('Access to this API has been restricted')
  })
  await expect(compactHeap()).resolves.toBeUndefined()
})
