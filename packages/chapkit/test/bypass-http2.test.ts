import { connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bypassService, KEY } from './bypass-support.ts'

const GUARDED = '/api/v1/configs'

type Ask = (headers: OutgoingHttpHeaders | string[]) => Promise<number>

/** Asks over one session; 0 is what HTTP/2 itself refuses. */
async function guarded(): Promise<{ ask: Ask; service: Awaited<ReturnType<typeof bypassService>> }> {
  const service = await bypassService({ http2: true })
  const ask: Ask = (headers) =>
    new Promise((resolve) => {
      const session = connectHttp2(`http://127.0.0.1:${service.port}`).on('error', () => resolve(0))
      onTestFinished(() => session.destroy())
      const answer = (status: number) => {
        session.destroy()
        resolve(status)
      }
      try {
        const stream = session.request(headers as OutgoingHttpHeaders)
        stream.on('response', (fields) => answer(Number(fields[':status'])))
        stream.on('error', () => answer(0)).on('close', () => answer(0))
        stream.end()
      } catch {
        answer(0)
      }
    })
  return { service, ask }
}

test('row 11: the key counts however its header is written, and no other header is one', async () => {
  const { ask } = await guarded()
  const withHeader = (name: string, value = KEY) => ask({ ':path': GUARDED, [name]: value })
  for (const name of ['x-api-key', 'X-API-Key', 'X-API-KEY', 'x-Api-kEY']) {
    expect([name, await withHeader(name)]).toEqual([name, 200])
  }
  for (const [name, value] of [
    ['x-api-key', ''],
    ['x-api-key', KEY.toUpperCase()],
    ['x-api-key', `${KEY}, ${KEY}`],
    ['x_api_key', KEY],
    ['x-apikey', KEY],
    ['authorization', `Bearer ${KEY}`],
    ['cookie', `x-api-key=${KEY}`],
    ['x-original-url', '/health'],
    ['x-rewrite-url', '/health'],
    ['x-http-method-override', 'OPTIONS'],
    ['x-forwarded-prefix', '/health'],
  ] as const) {
    expect([name, value, await withHeader(name, value)]).toEqual([name, value, 401])
  }
  for (const keys of [
    [KEY, 'sk_wrong_0123456789'],
    ['sk_wrong_0123456789', KEY],
  ]) {
    expect(await ask({ ':path': GUARDED, 'x-api-key': keys })).toBe(401)
  }
})

test.each<[string, OutgoingHttpHeaders | string[]]>([
  ['an authority that is an open path', { ':path': GUARDED, ':authority': '/health' }],
  ['an authority that another host gave', { ':path': GUARDED, ':authority': 'x', host: 'vip.example' }],
  ['a host that is an open path', { ':path': GUARDED, ':authority': 'x', host: 'health' }],
  ['a host that hides the path', { ':path': GUARDED, ':authority': 'x', host: 'x/health?' }],
  ['a path that is no path', { ':path': 'health' }],
  ['an absolute path to another host', { ':path': `http://health${GUARDED}` }],
  ['an empty path', { ':path': '' }],
  ['an asterisk', { ':path': '*', ':method': 'OPTIONS' }],
  ['another scheme', { ':path': GUARDED, ':scheme': 'health' }],
  ['a scheme with a path', { ':path': GUARDED, ':scheme': 'http://x/health?' }],
  ['CONNECT', { ':method': 'CONNECT', ':authority': 'x:80' }],
  ['a method in small letters', { ':method': 'get', ':path': GUARDED }],
  ['OPTIONS', { ':method': 'OPTIONS', ':path': GUARDED }],
  ['HEAD', { ':method': 'HEAD', ':path': GUARDED }],
])('row 11: %s opens nothing', async (_what, headers) => {
  const { service, ask } = await guarded()
  expect([0, 400, 401, 404, 405, 501]).toContain(await ask(headers))
  expect([...service.seen.values()].filter(({ open, reached }) => !open && reached)).toEqual([])
})

/** A frame of HTTP/2 (RFC 9113, section 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A field without Huffman and without index (RFC 7541, section 6.2.2), as no client library would send it. */
function field(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ])
}

const BASE: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', GUARDED],
  [':authority', 'x'],
]

test.each<[string, [string, string][]]>([
  ['a name in capitals', [...BASE, ['X-API-Key', KEY]]],
  ['two paths', [...BASE, [':path', '/health']]],
  ['two paths, the open one first', [[':path', '/health'], ...BASE]],
  ['two authorities', [...BASE, [':authority', 'health']]],
  ['two methods', [...BASE, [':method', 'OPTIONS']]],
  ['a pseudo header after the others', [...BASE, ['a', 'b'], [':path', '/health']]],
  ['a pseudo header that is not known', [...BASE, [':route', '/health']]],
  ['a pseudo header of answers', [...BASE, [':status', '200']]],
  ['no path', BASE.filter(([name]) => name !== ':path')],
  ['a header of a connection', [...BASE, ['connection', 'x-api-key']]],
  ['Transfer-Encoding', [...BASE, ['transfer-encoding', 'chunked']]],
  ['a line end in a value', [...BASE, ['a', 'b\r\nx-api-key: c']]],
  ['a space in a name', [...BASE, ['x-api-key ', KEY]]],
])('row 11: %s is refused before any handler', async (_what, fields) => {
  const { service } = await guarded()
  await sendFields(service.port, fields)
  expect([...service.seen.values()].filter(({ open, reached }) => !open && reached)).toEqual([])
})

test('row 11: the same bytes with a key in small letters reach the handler, so that the refusals mean something', async () => {
  const { service } = await guarded()
  await sendFields(service.port, [...BASE, ['x-api-key', KEY]])
  expect([...service.seen.values()]).toEqual([{ route: GUARDED, open: false, reached: true }])
})

/** Sends one request, and waits until it is answered or refused (HEADERS, RST_STREAM or GOAWAY), or the connection is closed. */
function sendFields(port: number, fields: readonly [string, string][]): Promise<void> {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  const headers = Buffer.concat(fields.map(([name, value]) => field(name, value)))
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  // SETTINGS, and HEADERS with END_STREAM and END_HEADERS.
  socket.write(Buffer.concat([preface, frame(4, 0, 0, Buffer.alloc(0)), frame(1, 5, 1, headers)]))
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0)
    socket.on('error', reject).on('close', () => resolve())
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      for (let size = frameSize(bytes); size <= bytes.length; size = frameSize(bytes)) {
        if ([1, 3, 7].includes(bytes[3] ?? 0)) resolve()
        bytes = bytes.subarray(size)
      }
    })
  })
}

function frameSize(bytes: Buffer): number {
  return bytes.length < 9 ? Number.POSITIVE_INFINITY : 9 + bytes.readUIntBE(0, 3)
}
