import { readFileSync } from 'node:fs'
import { startProcess, startService, runProcess, typescriptLoader } from '@chapkit/testing'
import { expect, test } from 'vitest'

const cwd = new URL('..', import.meta.url)
const OLD = 'sk_prod_old_a1b2c3d4e5f6'
const NEW = 'sk_prod_new_x1y2z3a4b5c6'

async function statusWith(origin: string, key: string): Promise<number> {
  return (await fetch(`${origin}/api/v1/configs`, { headers: { 'x-api-key': key } })).status
}

test('takes its keys from CHAPKIT_API_KEYS', async () => {
  const { origin, process } = await startService('server.ts', {
    cwd,
    env: { CHAPKIT_API_KEYS: `${OLD},${NEW}` },
  })
  expect(await process.logged('auth.loaded_from_env')).toMatchObject([{ level: 'info' }])
  expect(await statusWith(origin, OLD)).toBe(200)
  expect(await statusWith(origin, NEW)).toBe(200)
  expect(await statusWith(origin, 'invalid_key')).toBe(401)
  expect((await fetch(`${origin}/api/v1/configs`)).status).toBe(401)
  expect((await fetch(`${origin}/health`)).status).toBe(200)
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('rotation: after the restart with the new key alone, the old one is refused', async () => {
  const steps = readFileSync(new URL('rotate.sh', cwd), 'utf8').split('# Step 2').map(startScript)
  const [both = '', onlyNew = ''] = steps
  expect(await acceptedDuring(both)).toEqual({ [OLD]: 200, [NEW]: 200 })
  expect(await acceptedDuring(onlyNew)).toEqual({ [OLD]: 401, [NEW]: 200 })
})

test('does not start without keys, and says what to do', async () => {
  const { code, stderr } = await runProcess([process.execPath, ...typescriptLoader, 'server.ts'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('No API keys configured. Set CHAPKIT_API_KEYS')
})

test('compose.yaml and .env.example name the variable that the service reads', () => {
  expect(readFileSync(new URL('compose.yaml', cwd), 'utf8')).toContain(
    'CHAPKIT_API_KEYS: ${CHAPKIT_API_KEYS:?',
  )
  expect(readFileSync(new URL('.env.example', cwd), 'utf8')).toMatch(/^CHAPKIT_API_KEYS=sk_\w+,sk_\w+$/m)
})

/** The lines of a step that set the keys and start the service. */
function startScript(step: string): string {
  return step
    .split('\n')
    .filter((line) => /^(?:export|npm) /.test(line))
    .join('\n')
}

async function acceptedDuring(script: string): Promise<Record<string, number>> {
  const running = await startProcess(['bash', '-euc', script], {
    cwd,
    env: { PORT: '0', LOG_FORMAT: 'json' },
    ready: /Server listening at (\S+?)"/,
  })
  const [, origin = ''] = await running.waitFor(/Server listening at (\S+?)"/)
  const accepted = { [OLD]: await statusWith(origin, OLD), [NEW]: await statusWith(origin, NEW) }
  await running.kill()
  return accepted
}
