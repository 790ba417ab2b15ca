import { fileURLToPath } from 'node:url'
import { generateApiKey } from 'chapkit'
import { sendRaw, startOtlpReceiver, startService } from '@chapkit/testing'
import { expect, test } from 'vitest'

const FILE = fileURLToPath(new URL('canary-service.ts', import.meta.url))

/** Keys of all forms: as they are generated, by hand, with characters that separate words, short. */
const CANARIES = [
  generateApiKey('prod'),
  'sk_dev_canary0123456789',
  'canary-without-shape-0123456789',
  'q83vASNFZ4mrze8BI0Vng/+Zk1l=',
  'Canary key with spaces and "quotes"',
  'canaryÀÉ-latin-0123456789',
  'kanarie',
]

/** The ways in which one key is written. */
function formsOf(key: string): string[] {
  return [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1), Buffer.from(key).toString('latin1')]
}

interface Request {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The key in every place of a request, with a valid key beside it, without one, and with one that is not. */
function requestsWith(key: string, header: string): Request[] {
  const encoded = encodeURIComponent(key)
  const json = { 'content-type': 'application/json' }
  const valid = { [header]: key }
  const places: Request[] = [
    { path: '/api/v1/configs', headers: valid },
    { path: '/api/v1/configs', headers: { [header]: `${key}x` } },
    { path: '/api/v1/configs', headers: { [header]: `Bearer ${key}` } },
    ...[
      'authorization',
      'x-api-key',
      'api-key',
      'x-auth-token',
      'cookie',
      'x-request-id',
      'user-agent',
      'referer',
      'host',
    ].map((name) => ({
      path: '/api/v1/configs',
      headers: { [name]: name === 'cookie' ? `key=${key}` : key },
    })),
    ...[
      '/health',
      '/docs',
      '/nope',
      '/api/v1/configs',
      '/throw/x',
      '/log/x',
      '/api/v1/configs?page=x',
    ].flatMap((path) => [
      { path: `${path}${path.includes('?') ? '&' : '?'}key=${encoded}&${encoded}=1` },
      { path: `${path}${path.includes('?') ? '&' : '?'}page=${encoded}` },
    ]),
    ...['/', '/api/v1/configs/', '/throw/', '/log/', '/health/', '/x;'].map((path) => ({
      path: path + encoded,
    })),
    { path: `http://${encoded}@x/api/v1/configs` },
    { path: `/api/v1/%zz/${encoded}` },
    { method: 'OPTIONS', path: `/health?${encoded}` },
    { method: 'PURGE', path: `/${encoded}` },
    { method: 'POST', path: '/api/v1/configs', headers: { 'content-type': key }, body: key },
    { method: 'POST', path: '/api/v1/configs', headers: json, body: `{"name":"${key}` },
    { method: 'POST', path: '/api/v1/configs', headers: json, body: key },
    { method: 'POST', path: '/api/v1/configs', headers: json, body: JSON.stringify({ [key]: key }) },
    {
      method: 'POST',
      path: '/api/v1/configs',
      headers: json,
      body: JSON.stringify({ name: 'n', data: { environment: 'e', secret: key } }),
    },
    { method: 'PUT', path: `/api/v1/configs/${encoded}`, headers: json, body: JSON.stringify({ id: key }) },
  ]
  return places.flatMap((request) => [request, { ...request, headers: { ...request.headers, ...valid } }])
}

/** What is no request: it is refused before any hook. */
function garbageWith(key: string): string[] {
  return [
    `${key}\r\n\r\n`,
    `GET /${key} ${key} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Length: ${key}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\0\r\n\r\n`,
    `GET / HTTP/1.1\r\nX-API-Key: ${key}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key.repeat(4000)}\r\n\r\n`,
    `POST /api/v1/configs HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n${key}\r\n`,
    `GET /api/v1/configs HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nX-API-Key: ${key}y\r\nConnection: close\r\n\r\n`,
  ]
}

function bytesOf({ method = 'GET', path, headers = {}, body = '' }: Request): string {
  const all = {
    host: 'x',
    connection: 'close',
    ...(body && { 'content-length': `${body.length}` }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

test.for([
  ['json', 'x-api-key'],
  ['console', 'authorization'],
])('row 15: no key is in any output, LOG_FORMAT=%s, key in %s', async ([format = '', header = '']) => {
  const keys = CANARIES.filter((key) => !key.includes(','))
  const collector = await startOtlpReceiver()
  const { origin, process } = await startService(FILE, {
    cwd: new URL('..', import.meta.url),
    env: {
      LOG_LEVEL: 'trace',
      LOG_FORMAT: format,
      CHAPKIT_API_KEYS: keys.join(','),
      CANARY_HEADER: header,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
  })
  const port = Number(new URL(origin).port)
  const answers: string[] = []
  const statuses = new Set<number>()
  for (const key of keys) {
    for (const bytes of [...requestsWith(key, header).map(bytesOf), ...garbageWith(key)]) {
      // Of what is no request the server may reset the connection before its answer was read.
      const answer = await sendRaw(port, bytes).catch(() => undefined)
      answers.push(answer?.text ?? '')
      statuses.add(answer?.status ?? 0)
    }
  }
  const metrics = await fetch(`${origin}/metrics`, { headers: new Headers([[header, String(keys[0])]]) })
  answers.push(await metrics.text())
  const { stdout, stderr } = await process.stop()
  const output = stdout + stderr + answers.join('\n') + collector.text()

  // The requests were answered and logged in every way that there is.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404, 405, 415, 422, 431, 500]))
  expect(metrics.status).toBe(200)
  expect(collector.spans().length).toBeGreaterThan(keys.length)
  for (const event of [
    'chapkit_auth_requests_total',
    'auth.success',
    'auth.invalid_key',
    'auth.missing_key',
    'http.request.error',
    'asked with',
  ]) {
    expect(output).toContain(event)
  }
  expect(keys.flatMap(formsOf).filter((form) => output.includes(form))).toEqual([])
})
