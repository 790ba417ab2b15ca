import { readdirSync, readFileSync, readlinkSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ContentFolderError } from '@chapkit/artifacts'
import { listening, temporaryFolder } from '@chapkit/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { download, files, LARGE, SMALL, tagOf, upload, withFolder } from './content-support.ts'
import { type App, create, get, PATH, serviceOf } from './service.ts'

const OLD = new Date(Date.now() - 2 * 3_600_000)

async function listeningService(options = {}) {
  const folder = temporaryFolder()
  const app = serviceOf({ ...withFolder(folder), ...options })
  const port = await listening(app)
  const { id } = await create(app, { data: 1 })
  await upload(app, id, SMALL)
  return { app, folder, port, id }
}

/** Sends the head of an upload and the beginning of its body, and waits until some of it is in a file. */
async function beginUpload(
  port: number,
  id: string,
  framing: string,
  body: Buffer,
  folder: string,
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  socket.write(`PUT ${PATH}/${id}/$content HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`)
  socket.write(body)
  await vi.waitFor(() => expect(files(folder).some((name) => name.endsWith('.part'))).toBe(true))
  return socket
}

/** What the server answers until it closes the connection. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    socket.on('close', () => resolve(text))
  })
}

async function expectUntouched(app: App, id: string, folder: string): Promise<void> {
  await vi.waitFor(() => expect(files(folder)).toEqual([]))
  expect((await download(app, id)).rawPayload).toEqual(SMALL)
  expect(await get(app, id)).toMatchObject({ content: { size: SMALL.length } })
}

test.each([
  ['that announced more', `Content-Length: ${LARGE.length + 1}`, LARGE],
  [
    'that sends chunks',
    'Transfer-Encoding: chunked',
    Buffer.from(`${(5000).toString(16)}\r\n${'x'.repeat(5000)}\r\n`),
  ],
])('of a client %s and goes, nothing stays', async (_who, framing, body) => {
  const { app, id, folder, port } = await listeningService()
  const socket = await beginUpload(port, id, framing, body, folder)
  expect((await download(app, id)).rawPayload).toEqual(SMALL)
  socket.destroy()
  await expectUntouched(app, id, folder)
})

test('a service that closes takes a half upload with it', async () => {
  const { app, id, folder, port } = await listeningService()
  await beginUpload(port, id, `Content-Length: ${LARGE.length + 1}`, LARGE, folder)
  await app.close()
  expect(files(folder)).toEqual([])
})

test('content that comes in pieces over a socket', async () => {
  const { app, id, folder, port } = await listeningService()
  const socket = await beginUpload(
    port,
    id,
    'Connection: close\r\nTransfer-Encoding: chunked',
    chunk(LARGE),
    folder,
  )
  const answer = answerOf(socket)
  socket.write(chunk(SMALL))
  socket.write('0\r\n\r\n')
  expect(await answer).toContain('HTTP/1.1 200 OK')
  expect((await download(app, id)).rawPayload.equals(Buffer.concat([LARGE, SMALL]))).toBe(true)
  expect(files(folder)).toHaveLength(1)
})

test('a refused upload is answered before its body has come, and the connection is closed', async () => {
  const { app, id, folder, port } = await listeningService()
  const send = async (head: string, body: Buffer | string = '') => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const answer = answerOf(socket)
    socket.write(`${head}\r\nHost: x\r\n`)
    socket.write('\r\n')
    socket.write(body)
    return (await answer).split('\r\n')[0]
  }
  const put = (of: string) => `PUT ${PATH}/${of}/$content HTTP/1.1`
  expect(await send(`${put(id)}\r\nContent-Length: 1000001`)).toBe('HTTP/1.1 413 Payload Too Large')
  expect(await send(`${put('01HZZZZZZZZZZZZZZZZZZZZZZZ')}\r\nContent-Length: 9`)).toBe(
    'HTTP/1.1 404 Not Found',
  )
  expect(await send(`${put(id)}\r\nContent-Length: 9\r\nIf-Match: "x"`)).toBe(
    'HTTP/1.1 412 Precondition Failed',
  )
  const chunks = Buffer.concat(Array.from({ length: 6 }, () => chunk(LARGE)))
  expect(await send(`${put(id)}\r\nTransfer-Encoding: chunked`, chunks)).toBe(
    'HTTP/1.1 413 Payload Too Large',
  )
  await expectUntouched(app, id, folder)
})

test('an upload may take longer than a request, as long as it goes on', async () => {
  const server = { requestTimeout: 1000, headersTimeout: 500, connectionsCheckingInterval: 100 }
  const { app, id, folder, port } = await listeningService({ server })
  const socket = await beginUpload(
    port,
    id,
    'Connection: close\r\nTransfer-Encoding: chunked',
    chunk(LARGE),
    folder,
  )
  const answer = answerOf(socket)
  for (let sent = 0; sent < 6; sent++) {
    await new Promise((resolve) => setTimeout(resolve, 400))
    socket.write(chunk(LARGE.subarray(0, 70_000)))
  }
  socket.write('0\r\n\r\n')
  expect(await answer).toContain('HTTP/1.1 200 OK')
  expect(await get(app, id)).toMatchObject({ content: { size: LARGE.length + 6 * 70_000 } })
})

test('an upload that does not go on ends with 408, and nothing of it stays', async () => {
  const server = { requestTimeout: 600, headersTimeout: 500, connectionsCheckingInterval: 100 }
  const { app, id, folder, port } = await listeningService({ server })
  const socket = await beginUpload(port, id, `Content-Length: ${LARGE.length + 1}`, LARGE, folder)
  expect(await answerOf(socket)).toContain('HTTP/1.1 408 Request Timeout')
  await expectUntouched(app, id, folder)
})

test('what a killed process has left is swept once it is old, and nothing else', async () => {
  const folder = temporaryFolder()
  const url = `sqlite:${join(temporaryFolder(), 'a.db')}`
  const first = serviceOf({ url, ...withFolder(folder) })
  const { id } = await create(first, { data: 1 })
  await upload(first, id, LARGE)
  const [used = ''] = files(folder)
  await first.close()
  const owner = used.split('.')[0]
  const names = {
    orphan: `${owner}.01J0000000000000000000000A`,
    part: `${owner}.01J0000000000000000000000B.part`,
    young: `${owner}.01J0000000000000000000000C.part`,
    // Of another database that uses the same folder, and of somebody else.
    foreign: '01J0000000000000000000000D.01J0000000000000000000000E',
    other: 'README.md',
  }
  for (const name of Object.values(names)) {
    writeFileSync(join(folder, name), 'x')
    if (name !== names.young) utimesSync(join(folder, name), OLD, OLD)
  }
  utimesSync(join(folder, used), OLD, OLD)

  const second = serviceOf({ url, ...withFolder(folder) })
  await second.ready()
  const kept = [used, names.young, names.foreign, names.other].sort()
  await vi.waitFor(() => expect(files(folder).sort()).toEqual(kept))
  expect((await download(second, id)).rawPayload.equals(LARGE)).toBe(true)
})

test('a file that is lost is an error of the service, and its path is not told', async () => {
  const { app, id, folder } = await listeningService()
  await upload(app, id, LARGE)
  const [file = ''] = files(folder)
  renameSync(join(folder, file), join(folder, 'elsewhere'))
  const answer = await download(app, id)
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain(folder)
  // It can be written anew.
  await upload(app, id, LARGE)
  expect((await download(app, id)).statusCode).toBe(200)
})

test.each([1, 8])('a reader that goes leaves no file open, with %i requests at once', async (count) => {
  const { app, id, folder, port } = await listeningService({ maxContentSize: 32_000_000 })
  await upload(app, id, Buffer.alloc(32_000_000))
  const openFiles = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)
      } catch {
        return false
      }
    })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${PATH}/${id}/$download HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(count))
  await new Promise((resolve) => socket.once('data', resolve))
  await vi.waitFor(() => expect(openFiles()).toHaveLength(count))
  socket.destroy()
  await vi.waitFor(() => expect(openFiles()).toEqual([]))
})

test('a source that fails leaves the old content', async () => {
  const { app, id, folder } = await listeningService()
  const failing = Readable.from(
    (async function* () {
      yield LARGE
      await Promise.resolve()
      throw new Error('on purpose')
    })(),
  )
  await expect(app.artifacts.writeContent(id, failing)).rejects.toThrow('on purpose')
  await expectUntouched(app, id, folder)
})

test('a folder that is missing is made; one that cannot be is told at start', async () => {
  const parent = temporaryFolder()
  const app = serviceOf(withFolder(join(parent, 'a', 'b')))
  const { id } = await create(app, { data: 1 })
  await upload(app, id, LARGE)
  const [name = ''] = files(join(parent, 'a', 'b'))
  expect(tagOf(readFileSync(join(parent, 'a', 'b', name)))).toBe(tagOf(LARGE))
  writeFileSync(join(parent, 'file'), '')
  const broken = serviceOf(withFolder(join(parent, 'file')))
  await expect(broken.ready()).rejects.toThrow(ContentFolderError)
  await expect(broken.ready()).rejects.toThrow(/cannot be written to \(EEXIST\); name a folder/)
})

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}
