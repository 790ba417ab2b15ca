import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProcess, startService, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { readYaml } from './files.ts'

const cwd = new URL('..', import.meta.url)

const START_FIXED_PATH = "import { run } from 'chapkit'; await run((await import('./fixed-path.ts')).service)"

async function statusWith(origin: string, key: string): Promise<number> {
  return (await fetch(`${origin}/api/v1/info`, { headers: { 'x-api-key': key } })).status
}

test('takes the keys of the file that CHAPKIT_API_KEY_FILE names, comments left out', async () => {
  const env = { CHAPKIT_API_KEY_FILE: fileURLToPath(new URL('secrets/api_keys.txt.example', cwd)) }
  const { origin, process } = await startService('server.ts', { cwd, env })
  expect(await process.logged('auth.loaded_from_file')).toMatchObject([
    { file: env.CHAPKIT_API_KEY_FILE, count: 2 },
  ])
  expect(await statusWith(origin, 'sk_prod_a1b2c3d4e5f6g7h8')).toBe(200)
  expect(await statusWith(origin, 'sk_prod_x1y2z3a4b5c6d7e8')).toBe(200)
  expect(await statusWith(origin, '# Example API keys file')).toBe(401)
  expect(await process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('a secret that Kubernetes changes reaches the running service', async () => {
  const folder = temporaryFolder()
  const [secret] = readYaml('kubernetes/secret.yaml')
  mount(folder, 'first', secret.stringData['api_keys.txt'])
  symlinkSync('..data/api_keys.txt', join(folder, 'api_keys.txt'))
  const { origin, process } = await startService('server.ts', {
    cwd,
    env: { CHAPKIT_API_KEY_FILE: join(folder, 'api_keys.txt') },
  })
  expect(await statusWith(origin, 'sk_prod_a1b2c3d4e5f6g7h8')).toBe(200)

  mount(folder, 'second', 'sk_prod_n9o8p7q6r5s4t3u2\n')
  await process.waitFor(/auth\.reloaded/)
  expect(await statusWith(origin, 'sk_prod_a1b2c3d4e5f6g7h8')).toBe(401)
  expect(await statusWith(origin, 'sk_prod_n9o8p7q6r5s4t3u2')).toBe(200)
})

test.each([
  {
    name: 'CHAPKIT_API_KEY_FILE',
    start: ['server.ts'],
    env: { CHAPKIT_API_KEY_FILE: '/run/secrets/api_keys' },
  },
  { name: 'apiKeyFile', start: ['--input-type=module', '--eval', START_FIXED_PATH], env: {} },
])('does not start without the file of $name', async ({ start, env }) => {
  const { code, stderr } = await runProcess([process.execPath, ...typescriptLoader, ...start], { cwd, env })
  expect(code).toBe(1)
  expect(stderr).toContain('API key file not found: /run/secrets/api_keys')
})

/** Puts a new version in place as a kubelet does: a folder of its own, and a symlink that changes at once. */
function mount(folder: string, version: string, keys: string): void {
  mkdirSync(join(folder, version))
  writeFileSync(join(folder, version, 'api_keys.txt'), keys)
  symlinkSync(version, join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
}
