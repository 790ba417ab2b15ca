import type { WorkerAnswer, WorkerHub, WorkerLink } from '@chapkit/core'
import { monitoring } from '@chapkit/monitoring'
import { expect, test } from 'vitest'
import { monitored, NO_ENV, valuesOf, withKernel } from './support.ts'

type Handler = (message: unknown) => unknown

/** What goes from process to process is JSON. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** A primary and its workers, without processes. */
function fakeCluster() {
  const inPrimary = new Map<string, Handler>()
  const inWorkers = new Map<number, Map<string, Handler>>()
  const hub: WorkerHub = {
    answer: (topic, handler) => void inPrimary.set(topic, handler),
    async askAll(topic, message) {
      const answers = [...inWorkers].map(async ([worker, handlers]): Promise<WorkerAnswer> => ({
        worker,
        answer: sent(await handlers.get(topic)?.(sent(message))),
      }))
      return Promise.all(answers)
    },
  }
  monitoring({}, NO_ENV).inPrimary?.(hub)
  const link = (id: number): WorkerLink => {
    const handlers = new Map<string, Handler>()
    inWorkers.set(id, handlers)
    return {
      id,
      answer: (topic, handler) => void handlers.set(topic, handler),
      async ask(topic, message) {
        const handler = inPrimary.get(topic)
        if (!handler) throw new Error('The primary is gone.')
        return sent(await handler(sent(message)))
      },
    }
  }
  return { link, inPrimary, inWorkers }
}

function worker(link: WorkerLink) {
  return monitored([
    withKernel((kernel) => {
      Object.assign(kernel, { workers: link })
      kernel.metrics.push({
        name: 'chapkit_test',
        help: 'One that JSON cannot hold, and one that it can.',
        type: 'gauge',
        collect: () => [
          { labels: { kind: 'nan' }, value: Number.NaN },
          { labels: { kind: 'id' }, value: link.id },
        ],
      })
    }),
  ])
}

test('any worker shows the metrics of all, and none of a worker that is gone', async () => {
  const { link, inWorkers } = fakeCluster()
  const one = worker(link(1))
  const two = worker(link(2))
  await two.app.inject({ url: '/nope' })
  await two.app.inject({ url: '/nope' })
  await one.app.inject({ url: '/nope' })
  const page = await one.page()
  const count = 'http_server_duration_milliseconds_count'
  expect(valuesOf(page, count, { worker: '1' })).toEqual([1])
  expect(valuesOf(page, count, { worker: '2' })).toEqual([2])
  expect(valuesOf(page, 'chapkit_test')).toEqual([1, 2])
  expect(valuesOf(page, 'process_open_fds')).toHaveLength(2)
  const text = (await two.app.inject({ url: '/metrics' })).body
  expect(text.match(/^# TYPE http_server_duration_milliseconds /gm)).toHaveLength(1)
  expect(text).toMatch(/_bucket\{[^}]*worker="2",le="\+Inf"\} 2\n/)

  inWorkers.delete(2)
  expect(valuesOf(await one.page(), 'process_open_fds', { worker: '1' })).toHaveLength(1)
  expect(valuesOf(await one.page(), 'process_open_fds')).toHaveLength(1)
})

test('without its primary a worker shows its own metrics, and says so', async () => {
  const { link, inPrimary } = fakeCluster()
  const { page, log } = worker(link(3))
  inPrimary.clear()
  expect(valuesOf(await page(), 'process_open_fds', { worker: '3' })).toHaveLength(1)
  expect(log.lines('monitoring.incomplete')).toMatchObject([
    { level: 'warning', error: { message: 'The primary is gone.' } },
  ])
})
