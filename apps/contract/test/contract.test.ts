import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort } from '../src/child-service.ts'
import { BESIDE_THE_CHECKOUT } from '../src/replay.ts'
import { fromSources, runMain, source } from './run-main.ts'

const MISSING = {
  code: 2,
  output: expect.stringMatching(/^The recorded contract is not part of this repository/),
}

/** The recordings are beside a developer's checkout, not in it. Without them the commands must say so. */
const [title, outcome] = existsSync(BESIDE_THE_CHECKOUT)
  ? [
      'passes every case that is due',
      { code: 0, output: expect.stringMatching(/\n[1-9]\d* passed, 0 failed\n$/) },
    ]
  : ['says that the recordings are missing', MISSING]

test(`pnpm contract ${title}`, async () => {
  expect(await runMain('main.ts')).toEqual(outcome)
}, 300_000)

test(`pnpm contract:startup ${title}`, async () => {
  expect(await runMain('startup/main.ts')).toEqual(outcome)
}, 300_000)

test('a player that is not there is one sentence', async () => {
  expect(await runMain('main.ts', ['--replay', '/nowhere/replay.mjs'])).toEqual(MISSING)
})

test('a wrong argument is one sentence, and how to call it', async () => {
  const ended = await runMain('main.ts', ['--nope'])
  expect(ended).toEqual({
    code: 2,
    output: expect.stringMatching(/^Unknown option '--nope'.*\nusage: pnpm contract/s),
  })
})

test('--serve keeps the service of a file running until SIGTERM', async () => {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', source('main.ts'), '--serve', 'cases/auth.json', '--port', String(port)],
    { env: { ...process.env, ...fromSources }, stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  try {
    expect(await statusOf(port, '/health')).toBe(200)
    expect(await statusOf(port, '/api/v1/configs')).toBe(401)
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})

/** Asks until the service listens. */
async function statusOf(port: number, path: string): Promise<number> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
    if (response) return response.status
    await sleep(50)
  }
}
