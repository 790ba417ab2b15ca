import { closing, freePort, listening, runProcess, startProcess, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { service as cors } from '../../snippets/running/cors.ts'
import { service as hooks } from '../../snippets/running/hooks.ts'
import { service as overloaded } from '../../snippets/running/overload.ts'
import { service as routes } from '../../snippets/running/routes.ts'
import { service as configured } from '../../snippets/running/server-options.ts'
import { expectAnswer } from '../helpers/answers.ts'
import { snippetText } from '../helpers/pages.ts'

const KEY = 'sk_dev_0123456789abcdef'
const docs = new URL('../../', import.meta.url)

function withKey(): void {
  vi.stubEnv('CHAPKIT_API_KEYS', KEY)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test.each(['javascript', 'options', 'typescript'])(
  'snippets/running/fastify-start.sh: %s',
  async (region) => {
    const port = String(await freePort())
    const command = snippetText({ file: 'docs/snippets/running/fastify-start.sh', region }) ?? ''
    await startProcess(['bash', '-euc', command.replace('8000', port)], {
      cwd: new URL('../apps/quickstart/', docs),
      env: { CHAPKIT_API_KEYS: KEY, LOG_FORMAT: 'json', DATA_DIR: temporaryFolder() },
      ready: /Server listening at/,
    })
    const status = async (headers = {}) =>
      (await fetch(`http://127.0.0.1:${port}/api/v1/configs`, { headers })).status
    expect([await status(), await status({ 'x-api-key': KEY })]).toEqual([401, 200])
  },
)

test('snippets/running/workers.sh', async () => {
  const command = snippetText({ file: 'docs/snippets/running/workers.sh', region: undefined }) ?? ''
  const running = await startProcess(['bash', '-euc', command], {
    cwd: new URL('../apps/auth-envvar/', docs),
    env: {
      CHAPKIT_API_KEYS: KEY,
      DATABASE_URL: `sqlite:${temporaryFolder()}/service.db`,
      LOG_FORMAT: 'json',
      PORT: '0',
    },
    // Four processes start, beside those of other tests.
    timeout: 55_000,
    ready: /(Server listening at[^]*){4}/,
  })
  const listened = running.log().filter(({ event }) => event.startsWith('Server listening'))
  expect(new Set(listened.map(({ worker }) => worker))).toEqual(new Set([1, 2, 3, 4]))
  expect(await running.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('snippets/running/workers.ts', async () => {
  const running = await startProcess([process.execPath, '--import', 'tsx', 'snippets/running/workers.ts'], {
    cwd: docs,
    env: { LOG_FORMAT: 'json', PORT: '0' },
    ready: /Listening on http/,
  })
  const origin = /Listening on (.*)/.exec(running.output)?.[1] ?? ''
  expect((await fetch(`${origin}/health`)).status).toBe(200)
  const { code, stdout } = await running.stop()
  expect([code, stdout.match(/Listening on/g)?.length]).toEqual([0, 1])
})

test('snippets/running/overload.ts: some are refused, and health answers', async () => {
  const app = overloaded.build()
  const origin = `http://127.0.0.1:${await listening(app)}`
  const asked = Array.from({ length: 8 }, () => fetch(`${origin}/sum`))
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200, 503]))
  expect((await fetch(`${origin}/beat`)).status).toBe(200)
  expect((await fetch(`${origin}/health/live`)).status).toBe(200)
})

test('snippets/running/inject.ts passes', async () => {
  const { code, stdout } = await runProcess(
    [process.execPath, '--import', 'tsx', '--test', 'snippets/running/inject.ts'],
    { cwd: docs },
  )
  expect(stdout).toMatch(/pass 1\b/)
  expect(code).toBe(0)
})

test('snippets/running/server-options.ts: info and limits', async () => {
  const app = closing(configured.build())
  expectAnswer((await app.inject('/api/v1/info')).json(), 'running/answers/info.json')
  expect(app.initialConfig.bodyLimit).toBe(5_242_880)
})

test('snippets/running/hooks.ts: before the first request, and after the last', async () => {
  const app = hooks.build()
  const { statusCode } = await app.inject('/api/v1/configs')
  expect(statusCode).toBe(200)
  expect(await app.configs.findByName('default')).toMatchObject({ data: { environment: 'production' } })
  const warn = vi.spyOn(app.log, 'warn')
  await app.close()
  expect(warn).toHaveBeenCalledWith({ configs: 1 }, 'service.stopping')
})

test('snippets/running/cors.ts: a preflight needs no key, what follows does', async () => {
  withKey()
  const app = closing(cors.build())
  const origin = 'https://app.example.org'
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/v1/info',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-api-key',
    },
  })
  expect(preflight.statusCode).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'x-api-key',
    'access-control-max-age': '600',
  })
  const refused = await app.inject({ url: '/api/v1/info', headers: { origin } })
  expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, origin])
})

test('snippets/running/routes.ts: typed parameters, problems, and a place in the OpenAPI document', async () => {
  withKey()
  const app = closing(routes.build())
  const get = (url: string) => app.inject({ url, headers: { 'x-api-key': KEY } })
  expect((await get('/api/v1/squares/7')).json()).toEqual({ square: 49 })
  expect((await get('/api/v1/squares/x')).json()).toMatchObject({
    status: 422,
    type: 'urn:chapkit:error:validation-failed',
  })
  expect((await get('/api/v1/squares/2000')).json()).toMatchObject({
    status: 400,
    detail: 'Send a number from -1000 to 1000.',
  })
  expect((await get('/openapi.json')).json().paths['/api/v1/squares/{number}'].get.summary).toBe(
    'Square of a number',
  )
  expect((await app.inject('/api/v1/squares/7')).statusCode).toBe(401)
})
