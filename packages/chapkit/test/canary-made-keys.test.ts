import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  captureLog,
  closing,
  type Ended,
  runProcess,
  startOtlpReceiver,
  temporaryFolder,
} from '@chapkit/testing'
import { databaseKeys, ServiceBuilder, Type } from 'chapkit'
import { expect, test, vi } from 'vitest'

// Each command loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const bin = fileURLToPath(new URL('../bin/chapkit.js', import.meta.url))

/** Runs `chapkit keys …` with this on its standard input, and keeps all that it writes. */
async function keys(outputs: Ended[], args: readonly string[], input = ''): Promise<string> {
  const command = [process.execPath, bin, 'keys', ...args] as const
  const ended = await runProcess(['bash', '-c', 'printf %s "$INPUT" | "$@"', 'bash', ...command], {
    cwd: new URL('..', import.meta.url),
    env: { INPUT: input },
  })
  outputs.push(ended)
  return ended.stdout.trim()
}

interface MadeKey {
  readonly id: string
  readonly key: string
}

const textOf = ({ stdout, stderr }: Ended) => stdout + stderr
const times = (text: string, key: string) => text.split(key).length - 1

test.for(['file', 'database'])(
  'row 15: the command prints a key when it makes it, and never again: --%s',
  async (place) => {
    const where = join(temporaryFolder(), 'keys')
    const at = [`--${place}`, place === 'file' ? `${where}.json` : `sqlite:${where}.db`]
    const outputs: Ended[] = []
    const run = (args: readonly string[], input?: string) => keys(outputs, args, input)
    const first = await run(['generate', '--env', 'prod', ...at])
    const id = /[0-7][0-9A-HJKMNP-TV-Z]{25}/.exec(await run(['list', ...at]))?.[0] ?? ''
    const second = await run(['rotate', id, '--overlap', '1h', ...at])
    expect(first).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)
    expect(second).toMatch(/^sk_prod_[0-9A-Za-z]{38}$/)

    await run(['list', ...at])
    await run(['hash'], first)
    await run(['hash', second])
    await run(['verify', ...at], first)
    await run(['verify', ...at], `${first.slice(0, -1)}!`)
    await run(['revoke', id, ...at])
    await run(['verify', ...at], first)
    await run(['revoke', first, ...at])
    await run(['rotate', first, ...at])
    await run(['generate', '--env', 'prod', '--name', first, ...at])
    await run(['generate', '--env', first, ...at])
    await run(['generate', '--env', 'prod', '--scope', first, ...at])
    await run([first])
    await run(['verify', `--${first}`])

    const all = outputs.map(textOf).join('\n')
    expect(times(all, first), 'the first key').toBe(1)
    expect(times(all, second), 'the second key').toBe(1)
    const stored = readFileSync(place === 'file' ? `${where}.json` : `${where}.db`, 'latin1')
    expect(stored).not.toMatch(new RegExp(`${first}|${second}`))
  },
)

test('row 15: the routes of keys answer with a key when they make it, and it is nowhere else', async () => {
  const url = `sqlite:${join(temporaryFolder(), 'keys.db')}`
  const outputs: Ended[] = []
  const admin = await keys(outputs, [
    'generate',
    '--env',
    'prod',
    '--database',
    url,
    '--scope',
    'keys:admin',
    'metrics:read',
  ])
  const collector = await startOtlpReceiver()
  const log = captureLog()
  vi.stubEnv('LOG_LEVEL', 'trace')
  const app = closing(
    new ServiceBuilder({ displayName: 'Canary' }, { logStream: log.stream })
      .withLogging()
      .withMonitoring({ traces: { url: collector.url } })
      .withDatabase(url)
      .withAuth({ store: databaseKeys() })
      .withKeysApi()
      .withConfig(Type.Object({}))
      .route((scope) => {
        scope.get('/throw', (request) => {
          request.log.trace(
            { headers: request.headers },
            `asked with ${String(request.headers['x-api-key'])}`,
          )
          throw new Error(`cannot use ${String(request.headers['x-api-key'])}`)
        })
      })
      .build(),
  )
  vi.unstubAllEnvs()
  const seen: string[] = []
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    key: string,
    payload?: object,
  ) => {
    const answer = await app.inject({
      method,
      url: path,
      headers: { 'x-api-key': key },
      ...(payload && { payload }),
    })
    seen.push(JSON.stringify(answer.headers) + answer.body)
    return answer
  }
  const creation = await ask('POST', '/api/v1/keys', admin, { environment: 'prod', name: 'Billing' })
  const made = creation.json<MadeKey>()
  const rotation = await ask('POST', `/api/v1/keys/${made.id}/$rotate`, admin, { overlap: '1h' })
  const rotated = rotation.json<MadeKey>()
  for (const { key } of [made, rotated]) {
    expect((await ask('GET', '/api/v1/configs', key)).statusCode).toBe(200)
    expect((await ask('GET', '/throw', key)).statusCode).toBe(500)
    expect((await ask('GET', '/api/v1/keys', key)).statusCode).toBe(403)
    await ask('GET', `/nope/${key}?key=${key}`, key)
    await ask('POST', '/api/v1/keys', admin, { environment: 'prod', name: key, [key]: key })
    await ask('PUT', `/api/v1/keys/${key}`, admin, { name: key })
    await ask('GET', `/api/v1/keys/${key}`, admin)
  }
  await ask('GET', '/api/v1/keys', admin)
  await ask('GET', `/api/v1/keys/${made.id}`, admin)
  await ask('GET', '/api/v1/keys/$schema', admin)
  await ask('GET', '/openapi.json', admin)
  await ask('DELETE', `/api/v1/keys/${made.id}`, admin)
  expect((await ask('GET', '/api/v1/configs', made.key)).statusCode).toBe(401)
  expect((await ask('GET', '/metrics', admin)).body).toContain(rotated.id)
  await app.close()

  const all = [...seen, log.text(), collector.text(), ...outputs.map(textOf)].join('\n')
  expect(collector.spans().length).toBeGreaterThan(10)
  expect(log.text()).toContain('asked with ***')
  expect(times(all, admin)).toBe(1)
  expect(times(all, made.key)).toBe(1)
  expect(times(all, rotated.key)).toBe(1)
})
