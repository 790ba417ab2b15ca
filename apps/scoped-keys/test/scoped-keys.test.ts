import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProcess, type ServiceProcess, startService, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'

// Each command loads all of chapkit.
vi.setConfig({ testTimeout: 180_000 })

const cwd = new URL('..', import.meta.url)

/** Runs `chapkit keys …` on a file, and gives what it prints: a key, without the end of the line. */
async function keys(file: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(['npx', 'chapkit', 'keys', ...args, '--file', file], {
    cwd,
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}

/** A service whose keys are in a new file: one may read reports, the other may write them. */
async function startScoped() {
  const file = join(temporaryFolder(), 'keys.json')
  const make = (id: string, ...scopes: readonly string[]) =>
    keys(file, 'generate', '--env', 'test', '--id', id, '--scope', ...scopes)
  const reader = await make('reader', 'reports:read')
  const writer = await make('writer', 'reports:write')
  const env = { CHAPKIT_API_KEY_FILE: file }
  return { file, reader, writer, service: await startService('server.ts', { cwd, env }) }
}

/** What curl gets with a key. */
async function curl({ origin }: ServiceProcess, key: string, ...args: readonly string[]) {
  const { stdout, stderr } = await runProcess(
    ['curl', '-sS', '-w', '\n%{http_code}', '-H', `X-API-Key: ${key}`, ...args, `${origin}/api/v1/reports`],
    { cwd },
  )
  expect(stderr).toBe('')
  const end = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(end + 1)), body: JSON.parse(stdout.slice(0, end)) as unknown }
}

/** Status of a read with a key. */
async function statusWith({ origin }: ServiceProcess, key: string): Promise<number> {
  return (await fetch(`${origin}/api/v1/reports`, { headers: { 'x-api-key': key } })).status
}

test('a key may do what its scopes say; to write is not to read', async () => {
  const { file, reader, writer, service } = await startScoped()
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/"hash": "sha256:[0-9a-f]{64}"/)
  for (const key of [reader, writer]) expect(text).not.toContain(key)

  const post = ['-H', 'Content-Type: application/json', '-d', '{"title": "Costs"}'] as const
  expect(await curl(service, writer, ...post)).toEqual({ status: 201, body: { title: 'Costs' } })
  expect(await curl(service, reader)).toEqual({
    status: 200,
    body: [{ title: 'Sales in March' }, { title: 'Costs' }],
  })
  expect(await curl(service, writer)).toMatchObject({
    status: 403,
    body: { type: 'urn:chapkit:error:forbidden', status: 403, required_scopes: ['reports:read'] },
  })
  expect(await curl(service, reader, ...post)).toMatchObject({
    status: 403,
    body: { required_scopes: ['reports:write'] },
  })
  expect(await service.process.logged('auth.insufficient_scope', 2)).toMatchObject([
    { key_id: 'writer', required: 'reports:read' },
    { key_id: 'reader', required: 'reports:write' },
  ])
  expect(await service.process.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('keys are rotated and revoked while the service runs: each change counts within 2 seconds', async () => {
  const { file, reader, writer, service } = await startScoped()
  const within = { timeout: 20_000, interval: 50 }
  expect(await statusWith(service, reader)).toBe(200)

  const second = await keys(file, 'rotate', 'reader', '--id', 'reader-2')
  await expect.poll(() => statusWith(service, second), within).toBe(200)
  expect(await statusWith(service, reader)).toBe(200)

  await keys(file, 'revoke', 'reader')
  await expect.poll(() => statusWith(service, reader), within).toBe(401)
  expect(await statusWith(service, second)).toBe(200)

  const third = await keys(file, 'rotate', 'reader-2', '--overlap', '0s')
  await expect.poll(() => statusWith(service, second), within).toBe(401)
  expect(await statusWith(service, third)).toBe(200)

  expect(await statusWith(service, writer)).toBe(403)
  expect(service.process.log('auth.reload_failed')).toEqual([])
  expect(service.process.output).not.toMatch(new RegExp([reader, second, third, writer].join('|')))
  expect(await service.process.stop()).toMatchObject({ code: 0, stderr: '' })
})
