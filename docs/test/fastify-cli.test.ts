import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, runProcess, startProcess, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { docs } from './helpers/pages.ts'

// What guide/running.md and guide/containers.md say of fastify-cli.

const CLI = join(docs, 'node_modules/fastify-cli/cli.js')
const SLOW = join(docs, 'test/fixtures/slow.ts')

async function start(args: readonly string[], env: Record<string, string> = {}) {
  const port = await freePort()
  const running = await startProcess(
    [process.execPath, ...typescriptLoader, CLI, 'start', '-p', String(port), ...args, SLOW],
    { cwd: docs, env: { LOG_FORMAT: 'json', ...env }, ready: /Server listening/ },
  )
  return { running, origin: `http://127.0.0.1:${port}` }
}

/** Stops the service while a request of 1.5 seconds is in flight. */
async function stopDuringRequest(env: Record<string, string>) {
  const { running, origin } = await start(['-a', '127.0.0.1'], env)
  const answer = fetch(`${origin}/slow`).then(
    ({ status }) => status,
    () => 'cut off',
  )
  await running.waitFor(/slow\.started/)
  const { code } = await running.stop()
  return [await answer, code]
}

test('FASTIFY_CLOSE_GRACE_DELAY gives requests in flight more time than 500 ms', async () => {
  expect(await stopDuringRequest({ FASTIFY_CLOSE_GRACE_DELAY: '10000' })).toEqual([200, 0])
  expect(await stopDuringRequest({})).toEqual(['cut off', 1])
})

test('listens on localhost without -a, and on all addresses in a container', async () => {
  const { running } = await start([])
  // These tests may run in a container themselves, which fastify-cli tells by this file.
  const everywhere = /listening at http:\/\/(?!127\.0\.0\.1|\[::1\])/.test(running.output)
  expect(everywhere).toBe(existsSync('/.dockerenv'))
  const pod = await start([], { KUBERNETES_SERVICE_HOST: '10.0.0.1' })
  expect(await fetch(`${pod.origin.replace('127.0.0.1', '127.0.0.2')}/health`)).toMatchObject({ status: 404 })
})

test('PORT counts when there is no -p, and HOST does not', async () => {
  const port = String(await freePort())
  const running = await startProcess([process.execPath, ...typescriptLoader, CLI, 'start', SLOW], {
    cwd: docs,
    env: { LOG_FORMAT: 'json', PORT: port, HOST: '0.0.0.0' },
    ready: /Server listening/,
  })
  expect(running.output).toMatch(new RegExp(`listening at http://(?:127\\.0\\.0\\.1|\\[::1\\]):${port}`))
})

test('reads .env of the working directory', async () => {
  const cwd = temporaryFolder()
  const port = String(await freePort())
  writeFileSync(join(cwd, '.env'), `PORT=${port}\n`)
  const loader = typescriptLoader.map((word) => (word === 'tsx' ? import.meta.resolve('tsx') : word))
  const running = await startProcess([process.execPath, ...loader, CLI, 'start', SLOW], {
    cwd,
    env: { LOG_FORMAT: 'json' },
    ready: /Server listening/,
  })
  expect(running.output).toContain(`:${port}"`)
})

test('a service with limits of its own does not start without --options', async () => {
  const fixture = join(docs, 'test/fixtures/limited.ts')
  const port = String(await freePort())
  const command = [process.execPath, ...typescriptLoader, CLI, 'start', '-p', port] as const
  const { code, stderr } = await runProcess([...command, fixture], { cwd: docs })
  expect(code).toBe(1)
  expect(stderr).toContain('CHAPKIT_ERR_UNSAFE_INSTANCE')
  await startProcess([...command, '--options', fixture], {
    cwd: docs,
    env: { LOG_FORMAT: 'json' },
    ready: /Server listening/,
  })
})
