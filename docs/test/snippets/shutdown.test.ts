import { join } from 'node:path'
import { freePort, listening, startProcess, typescriptLoader } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { service } from '../../snippets/shutdown/app.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { docs, readText } from '../helpers/pages.ts'

const delay = Number(
  /shutdownDelay: (\w+)/.exec(readText('docs/snippets/shutdown/app.ts'))?.[1]?.replace('_', ''),
)

/** Milliseconds that `run()` gives the rest. */
const REST = 10_000

test('snippets/shutdown/app.ts is not ready first, and serves on', async () => {
  const app = service.build()
  const origin = `http://127.0.0.1:${await listening(app)}`
  const closed = app.close()
  await vi.waitFor(() => expect(app.kernel.draining.aborted).toBe(true))
  const ready = await fetch(`${origin}/health/ready`)
  expect(ready.status).toBe(503)
  expectAnswer(await ready.json(), 'shutdown/answers/not-ready.json')
  for (const path of ['/health', '/health/live', '/health/startup', '/api/v1/info']) {
    const { status, headers } = await fetch(origin + path)
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
  }
  await closed
})

test('snippets/shutdown/pod.yaml: the pod has the time that the service takes', async () => {
  const { spec } = parse(readText('docs/snippets/shutdown/pod.yaml')) as {
    spec: {
      terminationGracePeriodSeconds: number
      containers: {
        readinessProbe: { httpGet: { path: string }; periodSeconds: number; failureThreshold: number }
      }[]
    }
  }
  const probe = spec.containers[0]?.readinessProbe
  expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(delay + REST)
  expect((probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0) * 1_000).toBeLessThan(delay)
  expect(probe?.httpGet.path).toBe('/health/ready')
})

test('snippets/shutdown/fastify-start.sh: fastify-cli waits', async () => {
  const port = String(await freePort())
  const [, words = ''] =
    /npx fastify (.*)/.exec(readText('docs/snippets/shutdown/fastify-start.sh').replace('8000', port)) ?? []
  const running = await startProcess(
    [
      process.execPath,
      ...typescriptLoader,
      join(docs, 'node_modules/fastify-cli/cli.js'),
      ...words.split(' '),
    ],
    {
      cwd: join(docs, 'snippets/shutdown'),
      env: { LOG_FORMAT: 'json', FASTIFY_ADDRESS: '127.0.0.1' },
      ready: /Server listening/,
    },
  )
  expect(Number(/grace-delay (\d+)/.exec(words)?.[1])).toBeGreaterThan(delay + REST)
  const origin = /listening at (http:[^"]+)/.exec(running.output)?.[1] ?? ''
  const ended = running.stop()
  await vi.waitFor(async () => expect((await fetch(`${origin}/health/ready`)).status).toBe(503), {
    timeout: 10_000,
  })
  expect((await fetch(`${origin}/health/live`)).status).toBe(200)
  expect((await ended).code).toBe(0)
})
