import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  DATABASES,
  databaseUrl,
  type RunningProcess,
  startProcess,
  startService,
  temporaryFolder,
  typescriptLoader,
} from '@chapkit/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

const MIB = 1_048_576
/** Size of the large content, in MiB; apps/torture has 1 GiB. */
const SIZE = 128
/** Memory that it may take beside what the service has at rest. */
const MEMORY = 64 * MIB

const cwd = new URL('fixtures/', import.meta.url)
const SERVICE = fileURLToPath(new URL('service.ts', cwd))
const TIMEOUT = 600_000

interface Env extends Record<string, string> {
  readonly DATABASE_URL: string
  readonly CONTENT_DIR: string
}

async function create(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/artifacts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"data":1}',
  })
  return ((await answer.json()) as { id: string }).id
}

/** Bytes that do not repeat for long, `count` MiB of them. */
function* blocks(count: number): Generator<Buffer> {
  const block = Buffer.alloc(MIB)
  for (let at = 0; at < MIB; at += 4) block.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at)
  for (let at = 0; at < count; at++) {
    const copy = Buffer.from(block)
    copy.writeUInt32LE(at, 0)
    yield copy
  }
}

/** Largest amount of memory that a process has had, in bytes. */
function peakMemory({ pid }: RunningProcess): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

async function digestOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

describe.each(DATABASES.filter((kind) => kind !== 'memory'))('on %s', (kind) => {
  const environment = async (): Promise<Env> => ({
    DATABASE_URL: await databaseUrl(kind),
    CONTENT_DIR: temporaryFolder(),
  })

  test(
    'large content goes in and out with little memory, and comes back as it was',
    async () => {
      const { origin, process: service } = await startService(SERVICE, {
        cwd,
        env: await environment(),
        timeout: TIMEOUT,
      })
      const url = `${origin}/api/v1/artifacts/${await create(origin)}`
      // What a first request loads is not counted.
      await fetch(`${url}/$content`, { method: 'PUT', body: 'x' })
      await (await fetch(`${url}/$download`)).text()
      const before = peakMemory(service)

      const stored = await fetch(`${url}/$content`, {
        method: 'PUT',
        body: Readable.toWeb(Readable.from(blocks(SIZE))) as ReadableStream,
        duplex: 'half',
      } as RequestInit)
      const sha256 = await digestOf(blocks(SIZE))
      expect(await stored.json()).toEqual({
        media_type: 'application/octet-stream',
        size: SIZE * MIB,
        sha256,
      })
      const got = await fetch(`${url}/$download`)
      expect(got.headers.get('content-length')).toBe(String(SIZE * MIB))
      expect(await digestOf(got.body as unknown as AsyncIterable<Uint8Array>)).toBe(sha256)
      const taken = peakMemory(service) - before
      expect(taken).toBeLessThan(MEMORY)
    },
    TIMEOUT,
  )

  test(
    'of an upload that kill -9 ends half-way nothing shows',
    async () => {
      const env = await environment()
      const first = await startService(SERVICE, { cwd, env })
      const id = await create(first.origin)
      const path = `/api/v1/artifacts/${id}`
      const old = 'y'.repeat(2 * MIB)
      await fetch(`${first.origin}${path}/$content`, { method: 'PUT', body: old })
      const upload = request(`${first.origin}${path}/$content`, { method: 'PUT' })
      onTestFinished(() => void upload.destroy())
      upload.on('error', () => undefined)
      for (const block of blocks(8)) upload.write(block)
      await vi.waitFor(() => expect(readdirSync(env.CONTENT_DIR)).toHaveLength(2))
      await first.process.stop('SIGKILL')

      const second = await startService(SERVICE, { cwd, env })
      const artifact = (await (await fetch(`${second.origin}${path}`)).json()) as { content: object }
      expect(artifact.content).toMatchObject({ size: old.length })
      expect(await (await fetch(`${second.origin}${path}/$download`)).text()).toBe(old)
      expect((await fetch(`${second.origin}${path}/$content`, { method: 'PUT', body: 'z' })).status).toBe(200)
    },
    TIMEOUT,
  )
})

test('where there is no space left, the client is told so, and the old content stays', async () => {
  const env = { DATABASE_URL: 'sqlite::memory:', CONTENT_DIR: temporaryFolder(), PORT: '0' }
  // No file of the process may be larger than 4 MiB (the shell counts in blocks of 512 bytes, or of 1,024).
  const node = [process.execPath, ...typescriptLoader, SERVICE].map((part) => `'${part}'`).join(' ')
  const service = await startProcess(['sh', '-c', `ulimit -f 4096 && exec ${node}`], {
    cwd,
    env,
    ready: /Server listening at http/,
  })
  const origin = /(http:\/\/[\w.:]+)/.exec(service.output)?.[1] ?? ''
  const url = `${origin}/api/v1/artifacts/${await create(origin)}`
  const put = (size: number) => fetch(`${url}/$content`, { method: 'PUT', body: Buffer.alloc(size) })
  expect((await put(1_500_000)).status).toBe(200)
  const refused = await put(8_000_000)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('60')
  const problem = await refused.text()
  expect(problem).toContain('no space left for this content')
  expect(problem).not.toContain(env.CONTENT_DIR)
  expect(readdirSync(env.CONTENT_DIR)).toHaveLength(1)
  expect((await (await fetch(`${url}/$download`)).arrayBuffer()).byteLength).toBe(1_500_000)
})
