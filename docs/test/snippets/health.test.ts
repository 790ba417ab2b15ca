import { listening } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { service as limited } from '../../snippets/health/limits.ts'
import { service } from '../../snippets/health/service.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { snippetText } from '../helpers/pages.ts'
import { curl } from '../helpers/scripts.ts'

const free = vi.hoisted(() => ({ bavail: 50, blocks: 100 }))
vi.mock('node:fs/promises', async (original) => ({ ...(await original<object>()), statfs: async () => free }))

/** The service that is asked by a check answers this. */
function upstreamAnswers(answer: () => Response): void {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) =>
    url.startsWith('http://upstream:8000') ? answer() : fetch(url, init),
  )
  onTestFinished(() => void vi.unstubAllGlobals())
}

test('snippets/health/service.ts answers snippets/health/curl.sh', async () => {
  const origin = `http://127.0.0.1:${await listening(service.build())}`
  const report = () => curl('docs/snippets/health/curl.sh', 'report', origin)

  upstreamAnswers(() => new Response('{}'))
  const healthy = await report()
  expect(healthy.status).toBe(200)
  expectAnswer(healthy.body, 'health/answers/healthy.json')

  Object.assign(free, { bavail: 5 })
  const degraded = await report()
  expect(degraded.status).toBe(200)
  expectAnswer(degraded.body, 'health/answers/degraded.json')

  upstreamAnswers(() => {
    throw new Error('connect ECONNREFUSED')
  })
  const unhealthy = await report()
  expect(unhealthy.status).toBe(503)
  expectAnswer(unhealthy.body, 'health/answers/unhealthy.json')
  expect((await fetch(`${origin}/health/ready`)).status).toBe(503)
  expect((await fetch(`${origin}/health/live`)).status).toBe(200)
})

test('snippets/health/limits.ts: a check that takes too long is told so, and its answer told again', async () => {
  const { fetch } = globalThis
  const asked: AbortSignal[] = []
  vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => {
    asked.push(signal)
    return new Promise(() => undefined)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const origin = `http://127.0.0.1:${await listening(limited.build())}`
  for (const path of ['/health', '/health', '/health/ready']) {
    const answer = await fetch(origin + path)
    expect(answer.status).toBe(503)
    if (path === '/health') expectAnswer(await answer.json(), 'health/answers/timed-out.json')
  }
  expect(asked.map(({ aborted }) => aborted)).toEqual([true])
})

test('the stream sends a report at each interval', async () => {
  const origin = `http://127.0.0.1:${await listening(service.build())}`
  const path = /\$stream\?poll_interval=\S+(?=")/.exec(
    snippetText({ file: 'docs/snippets/health/curl.sh', region: 'stream' }) ?? '',
  )
  const answer = await fetch(`${origin}/health/${path?.[0]}`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (text.split('\n\n').length > 2) break
  }
  expect(text).toMatch(/^data: {"status":.*}\n\ndata: {"status":/)
})
