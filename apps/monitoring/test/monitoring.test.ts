import { readFile } from 'node:fs/promises'
import { type ServiceProcess, startOtlpReceiver, startService } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEYS = { CHAPKIT_API_KEY_FILE: 'secrets/api_keys.json.example' }
const ORDERS = 'sk_dev_orders_0123456789'
const METRICS = 'sk_dev_metrics_0123456789'

function order({ origin }: ServiceProcess, item: string, headers: Record<string, string> = {}) {
  return fetch(`${origin}/api/v1/orders`, {
    method: 'POST',
    headers: { 'x-api-key': ORDERS, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ item, count: 3 }),
  })
}

async function scrape({ origin }: ServiceProcess): Promise<string> {
  // A connection of its own, so that any worker may answer.
  const answer = await fetch(`${origin}/metrics`, { headers: { 'x-api-key': METRICS, connection: 'close' } })
  expect(answer.status).toBe(200)
  return answer.text()
}

test('orders are counted, measured and traced', async () => {
  const receiver = await startOtlpReceiver()
  const env = { ...KEYS, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'orders' }
  const service = await startService('server.ts', { cwd, env })
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const made = await order(service, 'tea', { traceparent: `00-${trace}-b7ad6b7169203331-01` })
  expect([made.status, await made.json()]).toEqual([201, { item: 'tea', count: 3, total: 9 }])
  expect(await (await order(service, 'unicorn')).json()).toMatchObject({
    status: 409,
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
  })

  const page = await scrape(service)
  expect(page).toContain('orders_items_total 3\n')
  expect(page).toContain('target_info{service_name="orders",')
  expect(page).toMatch(
    /_duration_milliseconds_count\{.*http_status_code="409",http_target="\/api\/v1\/orders"\} 1\n/,
  )

  expect(await service.process.stop()).toMatchObject({ code: 0, stderr: '' })
  const spans = receiver.spans()
  const request = spans.find((span) => span.name === 'POST /api/v1/orders' && span.traceId === trace)
  expect(spans.find((span) => span.name === 'price' && span.traceId === trace)?.parentSpanId).toBe(
    request?.spanId,
  )
  expect(receiver.resources()).toContainEqual(expect.objectContaining({ 'service.name': 'orders' }))
  const [line] = service.process.log('http.request.complete')
  expect([line?.['trace_id'], line?.['span_id']]).toEqual([trace, request?.spanId])
  for (const written of [receiver.text(), service.process.output, page]) {
    expect(written).not.toContain(ORDERS)
    expect(written).not.toContain(METRICS)
  }
})

test('a key without the scope metrics:read may not scrape', async () => {
  const service = await startService('server.ts', { cwd, env: KEYS })
  const asOrders = await fetch(`${service.origin}/metrics`, { headers: { 'x-api-key': ORDERS } })
  expect([asOrders.status, await asOrders.json()]).toMatchObject([403, { required_scopes: ['metrics:read'] }])
})

test('without a collector the service works as it does with one', async () => {
  const env = { ...KEYS, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
  const service = await startService('server.ts', { cwd, env })
  expect((await order(service, 'tea')).status).toBe(201)
  expect(await service.process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('two workers are one page; one that died is left out, and the one in its place is on it', async () => {
  const service = await startService('server.ts', { cwd, env: { ...KEYS, WORKERS: '2' } })
  const starts = async () => {
    const found = (await scrape(service)).matchAll(/^process_start_time_seconds\{worker="(\d)"\} (\S+)$/gm)
    return new Map([...found].map(([, worker = '', time = '']) => [worker, time]))
  }
  await vi.waitFor(async () => expect((await starts()).size).toBe(2), 20_000)
  const before = await starts()
  for (let at = 0; at < 10; at++)
    expect((await order(service, 'tea', { connection: 'close' })).status).toBe(201)
  const items = (await scrape(service)).matchAll(/^orders_items_total\{worker="\d"\} (\d+)$/gm)
  expect([...items].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(30)

  const [victim = 0] = await childrenOf(service.process.pid)
  expect(victim).toBeGreaterThan(1)
  process.kill(victim, 'SIGKILL')
  await service.process.waitFor(/service\.worker_ended/)
  await vi.waitFor(async () => {
    const after = await starts()
    expect([...after.keys()].toSorted()).toEqual(['1', '2'])
    expect([...after].filter(([worker, time]) => before.get(worker) !== time)).toHaveLength(1)
  }, 20_000)
})

/** Linux tells which processes a process started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}
