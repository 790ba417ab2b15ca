import { Session } from 'node:inspector'
import { listening } from '@chapkit/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { compactHeap } from '../src/serving/compact-heap.ts'
import { service } from './support.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const nextTurn = () => new Promise((resolve) => setTimeout(resolve))

test('what nobody needs is gone', async () => {
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
  vi.stubEnv('NODE_ENV', environment)
  const post = vi.spyOn(Session.prototype, 'post')
  const { app } = service([])
  const port = await listening(app)
  expect((await fetch(`http://127.0.0.1:${port}/api/v1/info`)).status).toBe(200)
  expect(post).toHaveBeenCalledTimes(times)
})

test('a process that may not use the inspector goes on', async () => {
  vi.spyOn(Session.prototype, 'connect').mockImplementation(() => {
    throw new Error('Access to this API has been restricted')
  })
  await expect(compactHeap()).resolves.toBeUndefined()
})
