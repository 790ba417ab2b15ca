import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ServiceApp, ServiceBuilder, Type } from 'chapkit'
import { existsSync, writeFileSync } from 'node:fs'
import {
  captureLog,
  closing,
  listening,
  runProcess,
  startOtlpReceiver,
  temporaryFolder,
} from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { expectAnswer } from '../helpers/answers.ts'
import { readText, root } from '../helpers/pages.ts'

const KEY = 'sk_dev_0123456789abcdef'
const PAGE = 'docs/guide/monitoring.md'
const RULES = 'docs/public/monitoring/alerts.yml'

/** Everything that has metrics, after some requests. */
async function fullService() {
  const receiver = await startOtlpReceiver()
  const file = `${temporaryFolder()}/keys.json`
  writeFileSync(file, JSON.stringify({ keys: [{ id: 'all', key: KEY, expires_at: '2099-01-01T00:00:00Z' }] }))
  const service = new ServiceBuilder({ displayName: 'Full' }, { logStream: captureLog().stream })
    .withLogging()
    .withAuth({ apiKeyFile: file })
    .withRateLimit({ limit: '1000/m' })
    .withHealth()
    .withDatabase()
    .withConfig(Type.Object({}))
    .withMonitoring({ traces: { url: receiver.url } })
  const app = service.build()
  const origin = `http://127.0.0.1:${await listening(app)}`
  const headers = { 'x-api-key': KEY, 'content-type': 'application/json' }
  await fetch(`${origin}/api/v1/configs`, { method: 'POST', headers, body: '{"name":"a","data":{}}' })
  await fetch(`${origin}/api/v1/configs`)
  const stream = new AbortController()
  await fetch(`${origin}/health/$stream`, { headers, signal: stream.signal })
  stream.abort()
  const page = async () => (await fetch(`${origin}/metrics`, { headers })).text()
  await vi.waitFor(async () => expect(await page()).toContain('chapkit_http_aborted_requests_total{'), 10_000)
  return { origin, page: await page() }
}

/** Labels of each metric of a page, by its name; a histogram is one metric. */
function metricsOf(page: string): Map<string, Set<string>> {
  const types = new Map(
    [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  )
  const found = new Map<string, Set<string>>()
  for (const [, series = '', labels = ''] of page.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const name = types.has(series) ? series : series.replace(/_(?:bucket|count|sum)$/, '')
    const known = found.get(name) ?? new Set<string>()
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') known.add(label)
    found.set(name, known)
  }
  return found
}

test('guide/monitoring.md lists each metric of a full service with its labels, and no other', async () => {
  const { page } = await fullService()
  const section = readText(PAGE).split('## Metrics\n')[1]?.split('###')[0] ?? ''
  const documented = [...section.matchAll(/^\| `(\w+)` +\| ([^|]*)\|/gm)].map(
    ([, name = '', labels = '']) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).toSorted(),
    ],
  )
  expect(documented.length).toBeGreaterThan(30)
  const actual = [...metricsOf(page)].map(([name, labels]) => [name, [...labels].toSorted()])
  const byName = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]))
  expect(documented.toSorted(byName)).toEqual(actual.toSorted(byName))
})

/** Names of series, and of labels, that an expression of PromQL uses. */
function usedIn(expression: string): { names: string[]; labels: string[] } {
  const bare = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '')
  const names = bare
    .replaceAll(/\{[^}]*\}|\b(?:by|without|on) ?\([^)]*\)/g, '')
    .match(/[a-z_][a-z0-9_]*(?![a-z0-9_]*\s*\()/g)
  const matchers = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) => [
    ...inner.matchAll(/(\w+) *[!=]/g),
  ])
  const groups = [...bare.matchAll(/\b(?:by|without|on) ?\(([^)]*)\)/g)].flatMap(([, inner = '']) => [
    ...inner.matchAll(/(\w+)/g),
  ])
  return {
    names: (names ?? []).filter((name) => !['and', 'or', 'unless', 'by', 'on'].includes(name)),
    labels: [...matchers, ...groups].map(([, label = '']) => label),
  }
}

/** What Prometheus adds to all that it scrapes. */
const OF_PROMETHEUS = { names: ['up'], labels: ['job', 'instance', 'le'] }

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}

const rules = (parse(readText(RULES)) as Rules).groups.flatMap((group) => group.rules)

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets?: readonly { readonly expr: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] }
}

const dashboard = JSON.parse(readText('docs/public/monitoring/dashboard.json')) as Dashboard
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? [])
const expressions = [...rules, ...targets].map(({ expr }) => expr)

test('the dashboard and the rules use metrics and labels that are there', async () => {
  const metrics = metricsOf((await fullService()).page)
  const names = new Set([...metrics.keys(), ...OF_PROMETHEUS.names])
  const labels = new Set([...[...metrics.values()].flatMap((some) => [...some]), ...OF_PROMETHEUS.labels])
  expect(expressions.length).toBeGreaterThan(30)
  for (const expression of expressions) {
    const used = usedIn(expression)
    expect(used.names.length, expression).toBeGreaterThan(0)
    const isKnown = (name: string) => names.has(name) || names.has(name.replace(/_(?:bucket|count|sum)$/, ''))
    expect(
      used.names.filter((name) => !isKnown(name)),
      expression,
    ).toEqual([])
    expect(
      used.labels.filter((label) => !labels.has(label)),
      expression,
    ).toEqual([])
  }
})

test('the dashboard and the rules leave no metric of chapkit out', async () => {
  const own = [...metricsOf((await fullService()).page).keys()].filter((name) => name.startsWith('chapkit_'))
  const used = new Set(expressions.flatMap((expression) => usedIn(expression).names))
  expect(own.filter((name) => !used.has(name))).toEqual([])
})

test('promtool takes the rules, where it is installed', async () => {
  const promtool = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => `${folder}/promtool`)
    .find((path) => existsSync(path))
  expect(rules.map(({ alert }) => alert)).toEqual([...new Set(rules.map(({ alert }) => alert))])
  if (promtool === undefined) return
  expect(await runProcess([promtool, 'check', 'rules', RULES], { cwd: root })).toMatchObject({ code: 0 })
})

test('snippets/monitoring/curl.sh reads the page', async () => {
  const { origin } = await fullService()
  const script = readText('docs/snippets/monitoring/curl.sh').replace('localhost:8000', new URL(origin).host)
  const { stdout, code } = await runProcess(['bash', '-euc', script], { cwd: temporaryFolder() })
  expect(code).toBe(0)
  expect(stdout).toContain('# TYPE http_server_duration_milliseconds histogram\n')
})

test('snippets/monitoring/service.ts and snippets/monitoring/answers/problem.json', async () => {
  vi.stubEnv('CHAPKIT_API_KEYS', KEY)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { service } = await import('../../snippets/monitoring/service.ts')
  const app = closing(service.build())
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
  const answer = await app.inject({ url: '/nope', headers: { 'x-api-key': KEY, traceparent } })
  expect(answer.statusCode).toBe(404)
  expectAnswer(answer.json(), 'monitoring/answers/problem.json')
})

test('snippets/monitoring/own.ts counts, and calls another service within the trace', async () => {
  const seen: unknown[] = []
  const stock = createServer((request, response) => {
    seen.push(request.headers['traceparent'])
    response.end('{}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void stock.close())
  await once(stock, 'listening')
  vi.stubEnv('STOCK_URL', `http://127.0.0.1:${(stock.address() as AddressInfo).port}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  const { service } = await import('../../snippets/monitoring/own.ts')
  const app: ServiceApp = closing(service.build())
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const answer = await app.inject({ url: '/api/v1/orders/new', headers: { traceparent } })
  expect(answer.json()).toEqual({ reserved: true })
  expect(seen).toEqual([traceparent])
  expect((await app.inject({ url: '/metrics' })).body).toContain('orders_made_total 1\n')
})
