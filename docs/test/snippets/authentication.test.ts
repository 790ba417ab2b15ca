import { fileURLToPath } from 'node:url'
import { closing, runProcess, startService } from '@chapkit/testing'
import type { ServiceBuilder } from 'chapkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import * as options from '../../snippets/authentication/options.ts'
import { service as who } from '../../snippets/authentication/who.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { readText } from '../helpers/pages.ts'
import { curl, runSnippet } from '../helpers/scripts.ts'

const KEY = 'sk_dev_0123456789abcdef'
const apps = new URL('../../../apps/', import.meta.url)
const envvar = { cwd: new URL('auth-envvar/', apps), env: { CHAPKIT_API_KEYS: KEY } }

function withKeys(keys = KEY): void {
  vi.stubEnv('CHAPKIT_API_KEYS', keys)
  onTestFinished(() => void vi.unstubAllEnvs())
}

async function statuses(service: ServiceBuilder, paths: readonly string[]) {
  const app = closing(service.build())
  const answers = await Promise.all(paths.map((path) => app.inject(path)))
  return Object.fromEntries(paths.map((path, index) => [path, answers[index]?.statusCode]))
}

test('snippets/authentication/curl.sh: a key, none, a wrong one, and a public path', async () => {
  const { origin, process } = await startService('server.ts', envvar)
  const call = (region: string) => curl('docs/snippets/authentication/curl.sh', region, origin)

  expect(await call('valid')).toEqual({ status: 200, body: [] })
  expectAnswer((await call('missing')).body, 'authentication/answers/missing-key.json')
  expectAnswer((await call('invalid')).body, 'authentication/answers/invalid-key.json')
  expect(await call('public')).toMatchObject({ status: 200 })

  await fetch(`${origin}/api/v1/configs`, { headers: { 'x-api-key': 'sk_unknown_0123456789' } })
  await process.waitFor(/sk_unkn"/)
  expectAnswer(process.log('auth.loaded_from_env')[0], 'authentication/answers/log-loaded.json')
  expectAnswer(process.log('auth.success').at(-1), 'authentication/answers/log-success.json')
  expectAnswer(process.log('auth.invalid_key').at(-1), 'authentication/answers/log-invalid-key.json')
  expectAnswer(process.log('auth.missing_key').at(-1), 'authentication/answers/log-missing-key.json')
  expect(process.output).not.toContain(KEY)
})

test('the 401 says how to authenticate', async () => {
  withKeys()
  const answer = await closing(options.customHeader.build()).inject('/api/v1/info')
  expect(answer.headers).toMatchObject({
    'www-authenticate': 'ApiKey realm="chapkit", header="X-Custom-API-Key"',
    'content-type': 'application/problem+json',
    'x-request-id': expect.stringMatching(/^[0-9A-Z]{26}$/),
  })
})

test.each(['snippets/authentication/fetch.ts', 'snippets/authentication/undici.ts'])('%s', async (file) => {
  const { origin } = await startService('server.ts', envvar)
  expect(await runSnippet(`docs/${file}`, origin)).toMatchObject({ code: 0, stderr: '' })
})

test('snippets/authentication/generate.ts makes a key with a checksum', async () => {
  const { stdout } = await runSnippet('docs/snippets/authentication/generate.ts')
  const key = stdout.trim()
  expect(key).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)
  withKeys(key)
  const app = closing(options.all.build())
  expect((await app.inject({ url: '/api/v1/info', headers: { 'x-api-key': key } })).statusCode).toBe(200)

  withKeys(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'))
  await expect(closing(options.all.build()).ready()).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_API_KEY_CHECKSUM',
    message:
      'The API key in entry 1 of CHAPKIT_API_KEYS was mistyped or cut: its checksum is wrong. Copy it again, whole.',
  })
})

test('snippets/authentication/keys.txt holds keys, and comments that are none', async () => {
  const file = fileURLToPath(new URL('../../snippets/authentication/keys.txt', import.meta.url))
  vi.stubEnv('CHAPKIT_API_KEY_FILE', file)
  onTestFinished(() => void vi.unstubAllEnvs())
  const app = closing(options.all.build())
  for (const line of readText('docs/snippets/authentication/keys.txt').trim().split('\n')) {
    const { statusCode } = await app.inject({ url: '/api/v1/info', headers: { 'x-api-key': line } })
    expect(statusCode, line).toBe(line.startsWith('#') ? 401 : 200)
  }
})

test('options.ts: keys in code, and from a file that is not there', async () => {
  const direct = closing(options.direct.build())
  expect((await direct.inject({ url: '/api/v1/info', headers: { 'x-api-key': KEY } })).statusCode).toBe(200)
  await expect(closing(options.fromFile.build()).ready()).rejects.toMatchObject({
    code: 'CHAPKIT_ERR_API_KEY_FILE',
    message: 'API key file not found: /run/secrets/api_keys',
  })
})

test('options.ts: paths without a key', async () => {
  withKeys()
  expect(await statuses(options.all, ['/docs', '/redoc', '/openapi.json', '/api/v1/info'])).toEqual({
    '/docs': 200,
    '/redoc': 200,
    '/openapi.json': 200,
    '/api/v1/info': 401,
  })
  const paths = ['/health', '/health/live', '/public', '/status', '/private', '/docs']
  expect(await statuses(options.replaced, paths)).toEqual({
    '/health': 200,
    '/health/live': 401,
    '/public': 200,
    '/status': 200,
    '/private': 401,
    '/docs': 401,
  })
  expect(await statuses(options.extended, paths)).toEqual({
    '/health': 200,
    '/health/live': 200,
    '/public': 200,
    '/status': 200,
    '/private': 401,
    '/docs': 200,
  })
  expect(await statuses(options.none, ['/health', '/docs'])).toEqual({ '/health': 401, '/docs': 401 })
})

test('snippets/authentication/who.ts: a handler sees the beginning of the key', async () => {
  withKeys()
  const app = closing(who.build())
  const answer = await app.inject({ url: '/api/v1/who', headers: { 'x-api-key': KEY } })
  expect(answer.json()).toEqual({ key: 'sk_dev_' })
})

test('snippets/authentication/custom-header.sh', async () => {
  const { origin } = await startService('server.ts', { ...envvar, cwd: new URL('auth-custom-header/', apps) })
  expect(await curl('docs/snippets/authentication/custom-header.sh', undefined, origin)).toEqual({
    status: 200,
    body: [],
  })
})

test('snippets/authentication/environments/service.ts with keys in code (snippets/authentication/environments/dev.ts) and from the environment (snippets/authentication/environments/prod.ts)', async () => {
  const cwd = new URL('../../snippets/authentication/environments/', import.meta.url)
  const dev = await startService('dev.ts', { cwd })
  expect(await dev.process.logged('auth.direct_keys')).toHaveLength(1)
  expect((await fetch(`${dev.origin}/api/v1/configs`, { headers: { 'x-api-key': KEY } })).status).toBe(200)
  const prod = await runProcess([process.execPath, '--import', 'tsx', 'prod.ts'], { cwd })
  expect(prod.stderr).toContain('No API keys configured.')
})

test('snippets/authentication/troubleshooting.sh shows no key', async () => {
  const { stdout, code } = await runProcess(
    [
      'bash',
      '-eu',
      fileURLToPath(new URL('../../snippets/authentication/troubleshooting.sh', import.meta.url)),
    ],
    {
      cwd: apps,
      env: {
        CHAPKIT_API_KEYS: KEY,
        CHAPKIT_API_KEY_FILE: fileURLToPath(
          new URL('../../snippets/authentication/keys.txt', import.meta.url),
        ),
      },
    },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^set\n-rw.*keys\.txt\n$/)
})

test('the first source that is there wins', async () => {
  const accepted = async (service: ServiceBuilder) => {
    const app = closing(service.build())
    const keys = [KEY, 'sk_dev_of_the_variable', 'sk_prod_a1b2c3d4e5f6g7h8']
    const answers = await Promise.all(
      keys.map((key) => app.inject({ url: '/api/v1/info', headers: { 'x-api-key': key } })),
    )
    return keys.filter((_key, index) => answers[index]?.statusCode === 200)
  }
  // Spaces around the comma do not matter.
  withKeys('sk_dev_of_the_variable , sk_dev_other_0123456789')
  expect(await accepted(options.all)).toEqual(['sk_dev_of_the_variable'])
  vi.stubEnv(
    'CHAPKIT_API_KEY_FILE',
    fileURLToPath(new URL('auth-docker-secrets/secrets/api_keys.txt.example', apps)),
  )
  expect(await accepted(options.all)).toEqual(['sk_prod_a1b2c3d4e5f6g7h8'])
  expect(await accepted(options.direct)).toEqual([KEY])
})

test('the errors of troubleshooting', async () => {
  await expect(closing(options.all.build()).ready()).rejects.toMatchObject({
    message: expect.stringContaining('No API keys configured'),
  })
  withKeys(' , ')
  await expect(closing(options.all.build()).ready()).rejects.toMatchObject({
    message: expect.stringContaining('No API keys found in CHAPKIT_API_KEYS'),
  })
})
