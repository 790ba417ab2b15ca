import { databaseUrl, startService, temporaryFolder } from '@chapkit/testing'
import { describe, expect, test } from 'vitest'

const cwd = new URL('..', import.meta.url)
const KEY = 'sk_dev_0123456789abcdef'
const START = '2030-01-01T00:00:00Z'

interface Created {
  readonly id: string
}

/** Calls that a client with a key makes. */
function clientOf(origin: string) {
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(origin + path, {
      method,
      headers: { 'x-api-key': KEY, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  }
  const create = async (path: string, body: unknown) => {
    const { status, body: created } = await call('POST', path, body)
    expect(status).toBe(201)
    return (created as Created).id
  }
  return { call, create }
}

describe.each(['file', 'postgres'] as const)('on %s', (kind) => {
  test('all modules work together, and what was stored is there after a restart', async () => {
    const env = {
      CHAPKIT_API_KEYS: KEY,
      DATABASE_URL: await databaseUrl(kind),
      CONTENT_DIR: temporaryFolder(),
    }
    const first = await startService('server.ts', { cwd, env })
    const { call, create } = clientOf(first.origin)

    const config = await create('/api/v1/configs', { name: 'prod', data: { environment: 'production' } })
    const model = await create('/api/v1/artifacts', { data: { kind: 'model' } })
    const prediction = await create('/api/v1/artifacts', { data: { kind: 'prediction' }, parent_id: model })
    const link = { artifact_id: model }
    expect(await call('POST', `/api/v1/configs/${config}/$link-artifact`, link)).toMatchObject({
      status: 204,
    })
    expect(await call('GET', `/api/v1/artifacts/${prediction}/$expand`)).toMatchObject({
      body: { level: 1, level_label: 'prediction', hierarchy: 'ml_pipeline' },
    })

    const experiment = await create('/api/v1/experiments', { title: 'Warmer', starts_at: START })
    expect(await call('POST', `/api/v1/experiments/${experiment}/$finish`, { score: 0.5 })).toMatchObject({
      status: 200,
      body: { title: 'Warmer', state: 'done', score: 0.5, starts_at: START },
    })
    expect(await call('GET', '/api/v1/experiments/$count')).toMatchObject({ body: { count: 1 } })

    // More than what is kept in the database.
    const content = Buffer.alloc(1_500_000, 'x')
    const written = await fetch(`${first.origin}/api/v1/artifacts/${model}/$content`, {
      method: 'PUT',
      headers: { 'x-api-key': KEY, 'content-type': 'text/plain' },
      body: content,
    })
    expect(await written.json()).toMatchObject({ media_type: 'text/plain', size: content.length })
    expect(await first.process.stop()).toMatchObject({ code: 0, stderr: '' })

    const second = await startService('server.ts', { cwd, env })
    const again = clientOf(second.origin)
    expect(await again.call('GET', `/api/v1/artifacts/${prediction}/$config`)).toMatchObject({
      body: { id: config, name: 'prod', data: { environment: 'production', workers: 1 } },
    })
    const download = await fetch(`${second.origin}/api/v1/artifacts/${model}/$download`, {
      headers: { 'x-api-key': KEY },
    })
    expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true)
    expect(await again.call('GET', '/health')).toEqual({
      status: 200,
      body: { status: 'healthy', checks: { database: { state: 'healthy' } } },
    })
    expect(await again.call('GET', '/api/v1/system/apps')).toMatchObject({ body: [{ prefix: '/status' }] })
    expect((await fetch(second.origin)).headers.get('content-type')).toMatch(/^text\/html/)
    expect((await fetch(`${second.origin}/api/v1/configs`)).status).toBe(401)
  })
})

test('a start without keys makes one, and tells it', async () => {
  const env = { DATABASE_URL: 'sqlite::memory:', CONTENT_DIR: temporaryFolder() }
  const { origin, process } = await startService('server.ts', { cwd, env })
  const [, key = ''] = await process.waitFor(/API key of this run: (sk_dev_\w+)/)
  const answer = await fetch(`${origin}/api/v1/configs`, { headers: { 'x-api-key': key } })
  expect(answer.status).toBe(200)
})
