import { databaseKeys, ServiceBuilder, Type } from 'chapkit'
import { captureLog, closing, listening } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { service } from '../../snippets/scopes/service.ts'
import { exchange, expectExchange } from '../helpers/exchanges.ts'
import { readText, root } from '../helpers/pages.ts'

const SCRIPT = 'docs/snippets/scopes/curl.sh'
const ANSWERS = {
  lacks: 'scopes/answers/lacks.http',
  expired: 'scopes/answers/expired.http',
  elsewhere: 'scopes/answers/elsewhere.http',
}
const FILE = 'docs/snippets/scopes/keys.json'

/** The service with the keys of snippets/scopes/keys.json. */
async function start() {
  vi.stubEnv('CHAPKIT_API_KEY_FILE', root + FILE)
  const app = service.build()
  const origin = `http://127.0.0.1:${await listening(app)}`
  vi.unstubAllEnvs()
  const { keys } = JSON.parse(readText(FILE)) as { keys: { id: string; key: string }[] }
  const statusWith = async (id: string, url: string, method: 'GET' | 'POST' = 'GET') => {
    const key = keys.find((one) => one.id === id)?.key ?? ''
    return (await app.inject({ method, url, headers: { 'x-api-key': key } })).statusCode
  }
  return { origin, statusWith, keys, app }
}

test('snippets/scopes/service.ts answers snippets/scopes/curl.sh', async () => {
  const { origin, app } = await start()
  for (const [region, answer] of Object.entries(ANSWERS)) {
    expectExchange(await exchange(SCRIPT, region, origin), answer)
  }
  for (let sent = 0; sent < 10; sent++) {
    const { statusCode } = await app.inject({ url: '/api/v1/reports', headers: { 'x-api-key': `${sent}` } })
    expect(statusCode).toBe(401)
  }
  const answer = await exchange(SCRIPT, 'guess', origin)
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds >= 1 && seconds <= 60).toBe(true)
  // How long it is depends on when the requests came.
  const headers = new Map([...answer.headers, ['retry-after', '57']])
  expectExchange({ ...answer, headers }, 'scopes/answers/guess.http')
})

test('snippets/scopes/keys.json: what each key may do', async () => {
  const { statusWith } = await start()
  const [reports, audit, configs] = ['/api/v1/reports', '/api/v1/audit', '/api/v1/configs']
  const may = async (id: string) => [
    await statusWith(id, reports),
    await statusWith(id, reports, 'POST'),
    await statusWith(id, audit),
    await statusWith(id, configs),
  ]
  expect(await may('dashboard')).toEqual([200, 403, 403, 200])
  expect(await may('auditor')).toEqual([200, 403, 200, 403])
  expect(await may('operator')).toEqual([200, 202, 200, 200])
  expect(await may('old-client')).toEqual([200, 202, 403, 200])
  expect(await may('contractor')).toEqual([401, 401, 401, 401])
  expect(await may('office')).toEqual([403, 403, 403, 403])
})

interface OpenApiDocument {
  readonly paths: Record<string, Record<string, { security: Record<string, string[]>[] }>>
}

test('the table of scopes is what a service with all modules asks for', async () => {
  const app = closing(
    new ServiceBuilder({ displayName: 'Full' }, { logStream: captureLog().stream })
      .withAuth({ store: databaseKeys() })
      .withKeysApi()
      .withDatabase('sqlite::memory:')
      .withConfig(Type.Object({}))
      .withArtifacts({ enableConfigLinking: true })
      .withHealth()
      .withSystem()
      .withMonitoring()
      .withLandingPage()
      .build(),
  )
  const { paths } = (await app.inject('/openapi.json')).json<OpenApiDocument>()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const scopes = security.flatMap((scheme) => Object.values(scheme).flat())
      return { name: `${method.toUpperCase()} ${path.replace('{entity_id}', '{id}')}`, scopes }
    }),
  )
  const page = readText('docs/guide/scopes.md')
  const [, table = ''] = /## Scopes of the modules\n([\s\S]*?)\n\n[^|\n]/.exec(page) ?? []
  const rows = [...table.matchAll(/^\| `([a-z]+:[a-z]+)` +\| (.*)\|$/gm)]
  expect(rows.map(([, scope = '']) => scope).toSorted()).toEqual(
    [...new Set(operations.flatMap(({ scopes }) => scopes))].toSorted(),
  )
  // Every path that a row names is one of an operation with its scope.
  for (const [, scope = '', text = ''] of rows) {
    const names = operations.filter(({ scopes }) => scopes.includes(scope)).map(({ name }) => name)
    for (const [, path = ''] of text.matchAll(/`(\/[^`]*|\$[^`]*)`/g)) {
      expect(
        names.some((name) => name.endsWith(path)),
        `${scope}: ${path}`,
      ).toBe(true)
    }
    const methods = [...text.matchAll(/`([A-Z]+)`/g)].map(([, method = '']) => method)
    if (methods.length === 0) continue
    expect([...new Set(names.map((name) => name.split(' ')[0]))].toSorted()).toEqual(methods.toSorted())
  }
  const both = operations.flatMap(({ name, scopes }) =>
    scopes.length > 1 ? (name.split('/').at(-1) ?? '') : [],
  )
  expect(both.toSorted()).toEqual(['$artifacts', '$config', '$tree'])
})
