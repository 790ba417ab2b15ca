import { existsSync, readFileSync } from 'node:fs'
import { startService } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

// There is no container engine where the tests run: files are parsed, and what they say of each other is compared.

function fileUrl(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}

function readYaml(path: string): unknown {
  const [document] = parseAllDocuments(readFileSync(fileUrl(path), 'utf8'))
  if (!document || document.errors.length > 0) throw new Error(`${path} is no YAML`)
  return document.toJS() as unknown
}

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      { ports?: string[]; volumes?: string[]; secrets?: string[]; environment?: Record<string, string> }
    >
  >
  readonly secrets: Readonly<Record<string, { file: string }>>
}

const compose = readYaml('compose.yaml') as Compose
const [scrape] = (readYaml('prometheus/prometheus.yml') as { scrape_configs: Scrape[] }).scrape_configs

interface Scrape {
  readonly metrics_path: string
  readonly http_headers: Readonly<Record<string, { files: string[] }>>
  readonly static_configs: readonly { targets: string[] }[]
}

test('compose.yaml mounts files that are there, and secrets of which there are examples', () => {
  const mounted = Object.values(compose.services)
    .flatMap(({ volumes = [] }) => volumes)
    .map((volume) => volume.split(':')[0] ?? '')
  expect(mounted.length).toBeGreaterThan(3)
  for (const path of mounted) expect(existsSync(fileUrl(path)), path).toBe(true)
  for (const [name, { file }] of Object.entries(compose.secrets)) {
    expect(existsSync(fileUrl(`${file}.example`)), file).toBe(true)
    expect(Object.values(compose.services).some(({ secrets = [] }) => secrets.includes(name))).toBe(true)
  }
})

test('prometheus/prometheus.yml scrapes the service of compose.yaml, with the key that is mounted', async () => {
  const [target = ''] = scrape?.static_configs[0]?.targets ?? []
  const [host = '', port = ''] = target.split(':')
  expect(compose.services[host]?.ports).toContain(`8000:${port}`)
  expect(scrape?.http_headers['X-API-Key']?.files).toEqual(['/run/secrets/metrics_key'])
  expect(compose.services['prometheus']?.secrets).toEqual(['metrics_key'])

  const env = { CHAPKIT_API_KEY_FILE: 'secrets/api_keys.json.example' }
  const { origin } = await startService('server.ts', { cwd: fileUrl(''), env })
  const key = readFileSync(fileUrl('secrets/metrics_key.txt.example'), 'utf8')
  const answer = await fetch(`${origin}${scrape?.metrics_path}`, { headers: { 'X-API-Key': key } })
  expect(answer.status).toBe(200)
})

test('prometheus/prometheus.yml reads the rules that compose.yaml mounts beside it', () => {
  const { rule_files: rules } = readYaml('prometheus/prometheus.yml') as { rule_files: string[] }
  const mounts = compose.services['prometheus']?.volumes ?? []
  for (const file of rules)
    expect(mounts.some((mount) => mount.includes(`:/etc/prometheus/${file}:`))).toBe(true)
})

test('Grafana finds Prometheus and the dashboard, and Jaeger the traces', () => {
  const { datasources } = readYaml('grafana/provisioning/datasources/prometheus.yaml') as {
    datasources: { type: string; url: string }[]
  }
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }])
  const { providers } = readYaml('grafana/provisioning/dashboards/chapkit.yaml') as {
    providers: { options: { path: string } }[]
  }
  const [folder = ''] = providers.map(({ options }) => options.path)
  expect(
    compose.services['grafana']?.volumes?.some((mount) => mount.includes(`:${folder}/dashboard.json:`)),
  ).toBe(true)
  expect(compose.services['orders']?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('http://jaeger:4318')
  expect(compose.services).toHaveProperty('jaeger')
})
