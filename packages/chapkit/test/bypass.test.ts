import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { sendRaw } from '@chapkit/testing'
import {
  type Answer,
  bypassService,
  HOSTS,
  http2Client,
  KEY,
  METHODS,
  type Probe,
  rawClient,
  type Send,
  type Service,
  spellings,
} from './bypass-support.ts'

/** A path that a route takes. */
function example(url: string): string {
  return url
    .replace(/:(id|tenant|check)(\([^)]*\))?/g, (_, name, pattern) =>
      pattern ? '7' : name === 'id' ? '01ARZ3NDEKTSV4RRFFQ69G5FAV' : 'acme',
    )
    .replace('*', 'a/b')
}

/** Every route in every spelling, with every Host, and every path with every method. */
function probesOf({ routes }: Service, hosts: readonly string[]): Probe[] {
  let turn = 0
  const nextHost = () => hosts[turn++ % hosts.length] ?? ''
  const urls = [...new Set(routes.map(({ url }) => url))].map(example)
  return [
    ...routes.flatMap(({ method, url }) =>
      [...spellings(example(url)), ...spellings(example(url))].map((target) => ({
        method,
        target,
        host: nextHost(),
      })),
    ),
    ...routes.flatMap(({ method, url }) => hosts.map((host) => ({ method, target: example(url), host }))),
    ...urls.flatMap((target) => METHODS.map((method) => ({ method, target, host: nextHost() }))),
    ...METHODS.map((method) => ({ method, target: '*', host: nextHost() })),
  ]
}

/** Why the answer to a request without a key is a leak; undefined when it is none. */
function leakIn(service: Service, { status, headers }: Answer): string | undefined {
  const seen = service.seen.get(headers['x-request-id'] ?? '')
  // What is no request (a target that the parser refuses) gets no further than to the parser.
  if (!seen) return status === 400 || status === 0 ? undefined : 'answered before any hook'
  if (seen.open) return status === 401 ? 'an open route asks for a key' : undefined
  if (status === 401) return seen.reached ? 'the handler ran' : undefined
  // No route took it. What is said without a key of an open path: that it has other methods (405), or that its page is not
  // turned on (404); and Fastify refuses QUERY without a Content-Type (400).
  return seen.route === undefined && [400, 404, 405].includes(status) ? undefined : `status ${status}`
}

async function attack(service: Service, send: Send, hosts: readonly string[]) {
  const leaks: string[] = []
  for (const probe of probesOf(service, hosts)) {
    const leak = leakIn(service, await send(probe))
    if (leak !== undefined) leaks.push(`${leak}: ${probe.method} ${probe.target} (Host: ${probe.host})`)
  }
  const refused = [...service.seen.values()].filter(({ open, route }) => !open && route !== undefined).length
  return { leaks, requests: service.seen.size, refused }
}

const NORMALISING = {
  ignoreDuplicateSlashes: true,
  ignoreTrailingSlash: true,
  useSemicolonDelimiter: true,
  caseSensitive: false,
}

for (const [paths, routerOptions] of Object.entries({ exact: {}, normalised: NORMALISING })) {
  test(`rows 1 to 9: of 5,000 requests without a key none gets through, HTTP/1.1, ${paths} paths`, async () => {
    const service = await bypassService({ routerOptions })
    const { leaks, requests, refused } = await attack(service, rawClient(service.port), HOSTS)
    expect(leaks).toEqual([])
    expect(requests).toBeGreaterThanOrEqual(5_000)
    expect(refused).toBeGreaterThanOrEqual(1_000)
  })

  test(`row 11: of 5,000 requests without a key none gets through, HTTP/2, ${paths} paths`, async () => {
    const service = await bypassService({ routerOptions, http2: true })
    // HTTP/2 itself refuses the others.
    const hosts = HOSTS.filter((host) => /^[\w.:[\]]+$/.test(host))
    const { leaks, requests, refused } = await attack(service, http2Client(service.port), hosts)
    expect(leaks).toEqual([])
    expect(requests).toBeGreaterThanOrEqual(5_000)
    expect(refused).toBeGreaterThanOrEqual(1_000)
  })
}

test('row 9: with a key every route answers, so that the refusals above mean something', async () => {
  const { app, routes } = await bypassService({})
  const answers = await Promise.all(
    // An event stream has no end.
    routes
      .filter(({ url }) => !url.endsWith('$stream'))
      .map(({ method, url }) =>
        app.inject({
          method: method as 'GET',
          url: example(url),
          headers: { 'x-api-key': KEY, host: 'vip.example' },
        }),
      ),
  )
  expect(answers.map(({ statusCode }) => statusCode)).not.toContain(401)
})

test('row 5: HEAD has the access of its GET, and is checked once', async () => {
  const { app, routes } = await bypassService({})
  const gets = routes
    .filter(({ method, url }) => method === 'GET' && !url.endsWith('$stream'))
    .map(({ url }) => example(url))
  const status = async (method: 'GET' | 'HEAD', url: string) =>
    (await app.inject({ method, url, headers: { host: 'vip.example' } })).statusCode
  const open = (statuses: number[]) => statuses.map((one) => one !== 401)
  expect(gets.length).toBeGreaterThan(15)
  const answers = await Promise.all(gets.map((url) => status('GET', url)))
  expect(open(await Promise.all(gets.map((url) => status('HEAD', url))))).toEqual(open(answers))
})

test('row 6: CONNECT is not answered', async () => {
  const { port } = await bypassService({})
  const answer = await sendRaw(port, 'CONNECT /api/v1/configs HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(answer.text).toBe('')
})

test('row 10: an upgrade without a key is refused', async () => {
  const { port } = await bypassService({})
  const head =
    'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n'
  const answers = await Promise.all(
    ['/api/v1/configs', '/nope'].map((path) => sendRaw(port, `GET ${path} ${head}`)),
  )
  expect(answers.map(({ status }) => status)).toEqual([401, 401])
})

test('row 12: 200 clients that announce a gigabyte get 401, and no more than a buffer of it is read', async () => {
  const { app, port } = await bypassService({})
  const sockets: Socket[] = []
  app.server.on('connection', (socket: Socket) => sockets.push(socket))
  const before = process.memoryUsage.rss()
  const statuses = await Promise.all(Array.from({ length: 200 }, () => flood(port)))
  expect(new Set(statuses)).toEqual(new Set([401]))
  expect(sockets).toHaveLength(200)
  expect(Math.max(...sockets.map(({ bytesRead }) => bytesRead))).toBeLessThan(1_000_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
})

/** Sends a body without an end until the server closes the connection, and gives the status of the answer. */
function flood(port: number): Promise<number> {
  return new Promise((resolve) => {
    const chunk = Buffer.alloc(65_536, 'x')
    let text = ''
    const socket = connect(port, '127.0.0.1')
    const pump = () => {
      if (!socket.destroyed && socket.write(chunk)) setImmediate(pump)
    }
    socket.on('drain', pump).on('error', () => undefined)
    socket.on('data', (data) => (text += data.toString('latin1')))
    socket.on('close', () => resolve(Number(text.split(' ')[1])))
    socket.write(
      'POST /api/v1/configs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n',
    )
    pump()
  })
}
