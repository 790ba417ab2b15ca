import { writeFileSync } from 'node:fs'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import {
  DEFAULT_UNAUTHENTICATED_PATHS,
  type ServerOptions,
  ServiceBuilder,
  type ServiceModule,
  Type,
} from 'chapkit'
import { captureLog, listening, temporaryFolder } from '@chapkit/testing'
import { onTestFinished } from 'vitest'

export const KEY = 'sk_test_bypass_0123456789'

/** A request without a key, and what is needed to judge its answer. */
export interface Probe {
  readonly method: string
  /** Target as it is sent. */
  readonly target: string
  readonly host: string
}

/** What came of a probe. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** Sends one probe after the other. */
export type Send = (probe: Probe) => Promise<Answer>

/** What the service saw of a request. */
export interface Seen {
  /** URL of the route that the router chose; undefined where none took the request. */
  readonly route: string | undefined
  /** Whether the route, or the page that it is a part of, needs no key: decided by the test, not by the service. */
  readonly open: boolean
  /** Whether it came as far as the handler. */
  reached: boolean
}

export type Service = Awaited<ReturnType<typeof bypassService>>

/** A service with every module and routes of all forms, which notes what becomes of each request. */
export async function bypassService(server: ServerOptions) {
  const routes: { method: string; url: string }[] = []
  const seen = new Map<string, Seen>()
  const app = new ServiceBuilder({ displayName: 'Bypass' }, { logStream: captureLog().stream, ...server })
    .with(spy(routes, seen))
    .withConfig(Type.Object({ environment: Type.String() }))
    .withHealth()
    .withSystem()
    .withLandingPage()
    .withApp(staticApp())
    .withLogging()
    .withAuth({ apiKeys: [KEY] })
    .route(async (own) => {
      own.get('/:tenant/data', () => ({ secret: true }))
      own.get('/health/:check/deep', () => ({ secret: true }))
      own.route({ method: ['PUT', 'PATCH'], url: '/items/:id(^\\d+$)', handler: () => ({ secret: true }) })
      own.all('/files/*', () => ({ secret: true }))
      await own.register(async (nested) => nested.get('/', () => ({ secret: true })), { prefix: '/nested' })
      own.get('/', { constraints: { host: 'vip.example' } }, () => ({ secret: true }))
    })
    .build()
  const port = await listening(app)
  return { app, port, routes, seen }
}

/** Stands before all other modules, so that it sees what they register and what the key check lets through. */
function spy(routes: { method: string; url: string }[], seen: Map<string, Seen>): ServiceModule {
  const open = new Set(DEFAULT_UNAUTHENTICATED_PATHS)
  return {
    name: 'spy',
    order: 'early',
    plugin(app) {
      app.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) routes.push({ method: one, url })
      })
      app.addHook('onRequest', async (request) => {
        const { url, config } = request.routeOptions
        const isOpen = open.has(url ?? '') || open.has(config.partOf ?? '')
        seen.set(request.id, { route: url, open: isOpen, reached: false })
      })
      app.addHook('preHandler', async (request) => {
        const noted = seen.get(request.id)
        if (noted) noted.reached = true
      })
    },
  }
}

function staticApp(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'manifest.json'), '{"name":"Dash","version":"1.0.0","prefix":"/dash"}')
  writeFileSync(join(folder, 'index.html'), 'secret')
  return folder
}

/** Sends bytes as they are, over one connection while the server keeps it. */
export function rawClient(port: number): Send {
  let socket: Socket | undefined
  onTestFinished(() => {
    socket?.destroy()
  })
  return ({ method, target, host }) =>
    new Promise((resolve, reject) => {
      const current = (socket ??= connect(port, '127.0.0.1').setMaxListeners(20))
      let text = ''
      const finish = (answer: Answer | undefined) => {
        current.off('data', read).off('close', close).off('error', reject)
        if (!answer || answer.headers['connection'] === 'close') {
          current.destroy()
          socket = undefined
        }
        resolve(answer ?? { status: 0, headers: {} })
      }
      const read = (chunk: Buffer) => {
        text += chunk.toString('latin1')
        const answer = parse(text, method === 'HEAD')
        if (answer) finish(answer)
      }
      const close = () => finish(undefined)
      current.on('data', read).on('close', close).on('error', reject)
      current.write(Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'latin1'))
    })
}

/** The answer, once it is whole. */
function parse(text: string, withoutBody: boolean): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const status = Number(statusLine.split(' ')[1])
  const length = withoutBody || status === 204 || status === 304 ? 0 : Number(headers['content-length'])
  return text.length - end - 4 < length ? undefined : { status, headers }
}

/** The same over HTTP/2, where the authority takes the place of the host. */
export function http2Client(port: number): Send {
  let session: ClientHttp2Session | undefined
  onTestFinished(() => {
    session?.destroy()
  })
  const open = () => {
    // A session ends when it has seen too much that HTTP/2 forbids.
    if (!session || session.closed || session.destroyed) {
      session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined)
    }
    return session
  }
  return ({ method, target, host }) =>
    new Promise((resolve) => {
      const stream = open().request({ ':method': method, ':path': target, ':authority': host })
      stream.on('response', (headers) => {
        resolve({
          status: Number(headers[':status']),
          headers: { 'x-request-id': String(headers['x-request-id']) },
        })
        stream.resume()
      })
      // What HTTP/2 itself refuses never becomes a request.
      stream.on('error', () => resolve({ status: 0, headers: {} }))
      stream.end()
    })
}

/** Ways to write the target of one path; most of them name another path, or none. */
export function spellings(path: string): string[] {
  const first = path.charCodeAt(1).toString(16)
  const rest = path.slice(1)
  const all = Array.from(rest, (char) => (char === '/' ? '/' : `%${char.charCodeAt(0).toString(16)}`)).join(
    '',
  )
  return [
    path,
    `/%${first}${path.slice(2)}`,
    `/%${first.toUpperCase()}${path.slice(2)}`,
    `/${all}`,
    `%2f${rest}`,
    `/%2f${rest}`,
    `/${rest.replaceAll('/', '%2f')}`,
    `/${rest.replaceAll('/', '%2F')}`,
    `/${rest.replaceAll('/', '%5c')}`,
    `/${rest.replaceAll('/', '\\')}`,
    `/%25${first}${path.slice(2)}`,
    `/${path}`,
    `//${path}`,
    path.replace(/\/(?=[^/]*$)/, '//'),
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}/..`,
    `/.${path}`,
    `/x/..${path}`,
    `/x/%2e%2e${path}`,
    `/health/..${path}`,
    `/health/%2e%2e${path}`,
    `/health/..%2f${rest}`,
    `/docs/assets/..%2f..${path}`,
    `/health;${path}`,
    `${path};`,
    `${path};/health`,
    `${path}%3b/health`,
    `${path}?/health`,
    `${path}?x=/docs`,
    `${path}#/health`,
    `${path}%23/health`,
    `${path}%3f/health`,
    `${path}%00`,
    `${path}%20`,
    `${path}%0a`,
    `${path}.json`,
    `${path}%zz`,
    `${path}%ff`,
    path.toUpperCase(),
    `/${rest.charAt(0).toUpperCase()}${rest.slice(1)}`,
    `http://x${path}`,
    `HTTP://health${path}`,
    `http://x/health?${path}`,
    `http://x:80/health/..${path}`,
    `https://user@x${path}`,
  ]
}

/** Hosts that a parser of URLs could take for a part of the path. */
export const HOSTS = [
  'localhost',
  'x/health?',
  'x/health#',
  'x/docs?y=',
  '/health',
  'health',
  'x@y/health?',
  'x:80/health',
  'x\\@health',
  'vip.example',
  'health:80',
  '127.0.0.1',
  '[::1]',
  '',
]

/** Methods beside those of the routes. CONNECT is answered by Node itself, which closes the connection. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'MKCOL',
  'SEARCH',
  'M-SEARCH',
  'PURGE',
]
