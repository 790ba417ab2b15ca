import { readdirSync } from 'node:fs'
import { databaseUrl, temporaryFolder } from '@chapkit/testing'
import { expect, test, vi } from 'vitest'
import { Client } from '../src/client.ts'
import { artifacts, documentOf, type Item } from '../src/collections.ts'
import { memoryOf, resetPeak } from '../src/memory.ts'
import { sizes, tell, timeout } from '../src/sizes.ts'
import { Supervisor } from '../src/supervisor.ts'
import { download, largeContent, MEBIBYTE, upload, uploadInPart } from '../src/transfer.ts'

vi.setConfig({ testTimeout: timeout })

const LIMIT = 64 * MEBIBYTE

async function setUp() {
  const contentDir = temporaryFolder()
  const service = await Supervisor.start({ DATABASE_URL: await databaseUrl('file'), CONTENT_DIR: contentDir })
  await service.ready()
  const client = new Client(service.origin)
  const body = artifacts.body(documentOf('large', 0))
  const { id } = await client.ask<Item>(201, 'POST', artifacts.path, body)
  const path = `${artifacts.path}/${id}`
  const at = (operation: string) => `${service.origin}${path}/${operation}`
  return { service, client, path, contentDir, content: at('$content'), file: at('$download') }
}

test('a large content goes in and out in little memory', async () => {
  const { service, content, file } = await setUp()
  // What a first transfer needs for good is no part of the second.
  await upload(content, largeContent(16))
  await download(file)
  const before = memoryOf(service.pid).now
  resetPeak(service.pid)
  const { sent, got } = await upload(content, largeContent(sizes.artifact))
  const received = await download(file)
  const extra = memoryOf(service.pid).peak - before
  expect({ got, received }).toEqual({ got: sent, received: sent })
  expect(extra).toBeLessThan(LIMIT)
  tell(`${sizes.artifact} MiB in and out, SHA-256 right, ${Math.ceil(extra / MEBIBYTE)} MiB of extra memory`)
})

test('an upload that its client ends half-way leaves nothing', async () => {
  const { client, path, contentDir, content } = await setUp()
  const half = await uploadInPart(content, largeContent(sizes.artifact / 2))
  half.destroy()
  await vi.waitFor(() => expect(readdirSync(contentDir)).toEqual([]), { timeout: 20_000 })
  expect((await client.send('GET', `${path}/$download`)).status).toBe(404)
  expect(await client.ask<Item>(200, 'GET', path)).not.toHaveProperty('content')
  tell(`${sizes.artifact / 2} MiB sent, then hung up: nothing shows, and no file is left`)
})

test('an upload that kill -9 ends half-way leaves what was there', async () => {
  const { service, client, path, content, file } = await setUp()
  const { sent } = await upload(content, largeContent(8))
  const half = await uploadInPart(content, largeContent(sizes.artifact / 2))
  await service.kill()
  half.destroy()
  await service.ready()
  expect(await download(file)).toBe(sent)
  expect(await client.ask<Item>(200, 'GET', path)).toMatchObject({ content: { sha256: sent } })
  tell(`${sizes.artifact / 2} MiB sent over an older content, then kill -9: the older one is there, whole`)
})
