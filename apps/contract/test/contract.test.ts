import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Ended, freePort, runProcess, startProcess } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { BESIDE_THE_CHECKOUT } from '../src/replay.ts'

const ROOT = new URL('../../../', import.meta.url)
const LONG = 600_000

/** Sources run as they are: nothing needs a build. */
const env = { TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) }

/** The recordings are beside a developer's checkout, not in it. Without them the commands must say so. */
const MISSING = {
  code: 2,
  stderr: expect.stringMatching(/^The recorded contract is not part of this repository.*\n$/),
}
const PASSED = { code: 0, stdout: expect.stringMatching(/\n[1-9]\d* passed, 0 failed\n$/), stderr: '' }
const [title, outcome] = existsSync(BESIDE_THE_CHECKOUT)
  ? ['passes every case that is due', PASSED]
  : ['says that the recordings are missing', MISSING]

test(
  `pnpm contract ${title}`,
  async () => {
    expect(await run(['main.ts'])).toMatchObject(outcome)
  },
  LONG,
)

test(
  `pnpm contract:startup ${title}`,
  async () => {
    expect(await run(['startup/main.ts'])).toMatchObject(outcome)
  },
  LONG,
)

test('a player that is not there is one sentence', async () => {
  expect(await run(['main.ts', '--replay', '/nowhere/replay.mjs'])).toMatchObject(MISSING)
})

test('a wrong argument is one sentence, and how to call it', async () => {
  const stderr = expect.stringMatching(/^Unknown option '--nope'.*\nusage: pnpm contract/s)
  expect(await run(['main.ts', '--nope'])).toMatchObject({ code: 2, stderr })
})

test('--serve keeps the service of a file running until SIGTERM', async () => {
  const port = await freePort()
  const command = commandOf(['main.ts', '--serve', 'cases/auth.json', '--port', String(port)])
  const service = await startProcess(command, { cwd: ROOT, env, ready: /Server listening at/ })
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  expect(await statusOf('/health')).toBe(200)
  expect(await statusOf('/api/v1/configs')).toBe(401)
  expect(await service.stop('SIGTERM')).toMatchObject({ code: 0 })
})

function run(args: readonly string[]): Promise<Ended> {
  return runProcess(commandOf(args), { cwd: ROOT, env, timeout: LONG })
}

function commandOf([file = '', ...args]: readonly string[]): [string, ...string[]] {
  return [
    process.execPath,
    '--import',
    'tsx',
    fileURLToPath(new URL(`../src/${file}`, import.meta.url)),
    ...args,
  ]
}
