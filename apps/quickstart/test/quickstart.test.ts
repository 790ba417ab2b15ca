import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  freePort,
  runProcess,
  startProcess,
  startService,
  temporaryFolder,
  typescriptLoader,
} from '@chapkit/testing'
import { expect, test } from 'vitest'

const cwd = new URL('..', import.meta.url)

/** The lines of the banner that start with curl. */
function curlLines(output: string): string[] {
  return output.split('\n').flatMap((line) => /^\s*(curl .*)$/.exec(line)?.[1] ?? [])
}

async function curl(line: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await runProcess(['bash', '-c', `${line} --silent --write-out ' %{http_code}'`], {
    cwd,
    env,
  })
  return stdout
}

test('prints its address, a key and curl lines that work; a config is still there after a restart', async () => {
  const env = { DATA_DIR: temporaryFolder() }
  const first = await startService('server.ts', { cwd, env })
  await first.process.waitFor(/API key\s+(sk_dev_\w+)/)
  const [list = '', create = ''] = curlLines(first.process.output)
  expect(await curl(list)).toBe('[] 200')
  expect(await curl(create)).toMatch(/"name":"config-\d+".* 201$/)
  expect(await first.process.stop()).toMatchObject({ code: 0, stderr: '' })

  const second = await startService('server.ts', { cwd, env })
  await second.process.waitFor(/API key/)
  const [listAgain = '', createAgain = ''] = curlLines(second.process.output)
  expect(await curl(listAgain)).toMatch(
    /^\[{.*"name":"config-\d+","data":{"environment":"dev","debug":false,"retries":3}}\] 200$/,
  )
  expect(await curl(createAgain)).toMatch(/"name":"config-\d+".* 201$/)
  expect(await second.process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('the development key is for the user alone, and in no line of the log', async () => {
  const folder = temporaryFolder()
  const { process, origin } = await startService('server.ts', {
    cwd,
    env: { DATA_DIR: folder, LOG_LEVEL: 'trace' },
  })
  const [, key = ''] = await process.waitFor(/API key\s+(sk_dev_\w+)/)
  await fetch(`${origin}/api/v1/configs`, { headers: { 'x-api-key': key } })
  await process.waitFor(/auth.success/)
  expect(statSync(join(folder, 'development-key')).mode & 0o777).toBe(0o600)
  expect(JSON.stringify(process.log())).not.toContain(key)
})

test.each([
  { name: 'CHAPKIT_API_KEYS', env: { CHAPKIT_API_KEYS: 'sk_test_a1b2c3d4e5f6g7h8,sk_test_other' } },
  { name: 'CHAPKIT_API_KEY_FILE', env: { CHAPKIT_API_KEY_FILE: join(import.meta.dirname, 'keys.txt') } },
])('takes the keys of $name and does not print them', async ({ env }) => {
  const { process } = await startService('server.ts', { cwd, env: { DATA_DIR: temporaryFolder(), ...env } })
  await process.waitFor(/retries|Make one/)
  const [list = ''] = curlLines(process.output)
  expect(await curl(list, env)).toBe('[] 200')
  expect(process.output).not.toContain('a1b2c3d4e5f6g7h8')
})

test('without a key there are the public pages and nothing else', async () => {
  const { origin } = await startService('server.ts', { cwd, env: { DATA_DIR: temporaryFolder() } })
  const paths = {
    '/': 200,
    '/docs': 200,
    '/redoc': 200,
    '/openapi.json': 200,
    '/health': 200,
    '/health/live': 200,
    '/health/ready': 200,
    '/health/$stream': 401,
    '/api/v1/configs': 401,
    '/api/v1/info': 401,
    '/api/v1/system': 401,
    '/api/v1/system/apps': 401,
    '/nothing-here': 401,
  }
  const answers = Object.keys(paths).map(async (path) => [path, (await fetch(origin + path)).status])
  expect(Object.fromEntries(await Promise.all(answers))).toEqual(paths)
})

test('a port in use is told in one sentence', async () => {
  const env = { DATA_DIR: temporaryFolder() }
  const { origin } = await startService('server.ts', { cwd, env })
  const { code, stderr } = await runProcess([process.execPath, ...typescriptLoader, 'server.ts'], {
    cwd,
    env: { ...env, PORT: new URL(origin).port },
  })
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${new URL(origin).port} is in use.`)
})

const CLI = 'node_modules/fastify-cli/cli.js'

test.each([
  { file: 'app.ts', options: [] },
  { file: 'app.ts', options: ['--options'] },
  { file: 'app.js', options: [] },
  { file: 'app.js', options: ['--options'] },
])('fastify start -a 0.0.0.0 -p PORT $options $file', async ({ file, options }) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const key = 'sk_test_a1b2c3d4e5f6g7h8'
  const command = [CLI, 'start', '-a', '0.0.0.0', '-p', String(port), ...options, file]
  const loader = file.endsWith('.ts') ? typescriptLoader : []
  const running = await startProcess([process.execPath, ...loader, ...command], {
    cwd,
    env: { DATA_DIR: folder, CHAPKIT_API_KEYS: key, LOG_FORMAT: 'json' },
    ready: /Server listening/,
  })
  const url = `http://127.0.0.1:${port}`
  const status = async (path: string, headers = {}) => (await fetch(url + path, { headers })).status
  expect(await status('/api/v1/configs', { 'x-api-key': key })).toBe(200)
  expect(await status('/api/v1/configs')).toBe(401)
  expect(await status('/nothing-here')).toBe(401)
  expect(await status('/health')).toBe(200)
  await running.waitFor(/"path":"\/health".*"status_code":200/)
  expect(await running.logged('auth.success')).toMatchObject([
    { level: 'info', path: '/api/v1/configs', key_prefix: 'sk_test' },
  ])
  expect(running.log('incoming request')).toEqual([])
  expect(await running.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('each line of start.sh starts the service', async () => {
  const lines = readFileSync(new URL('start.sh', cwd), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line))
  expect(lines).toHaveLength(3)
  for (const line of lines) {
    const port = String(await freePort())
    const running = await startProcess(['bash', '-euc', line.replace('8000', port)], {
      cwd,
      env: { DATA_DIR: temporaryFolder(), PORT: port, LOG_FORMAT: 'json' },
      ready: /Server listening/,
    })
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    await running.kill()
  }
})
