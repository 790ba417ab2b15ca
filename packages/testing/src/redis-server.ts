import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject, onTestFinished } from 'vitest'
import { freePort } from './process.ts'

/** Milliseconds. */
const START_TIMEOUT = 20_000

/** A Redis server of its own: it listens on 127.0.0.1 only, and keeps nothing on disk. */
export class RedisServer {
  readonly port: number
  readonly #password: string | undefined
  #process: ChildProcess | undefined
  readonly #killAtExit = (): void => void this.#process?.kill('SIGKILL')

  private constructor(port: number, password: string | undefined) {
    this.port = port
    this.#password = password
  }

  /** It does not run yet. Without a password it asks for none. */
  static async create(password?: string): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), password)
    process.once('exit', server.#killAtExit)
    return server
  }

  /** URL of it, or of what leads to it at another port. */
  url(port = this.port): string {
    return `redis://${this.#password === undefined ? '' : `:${this.#password}@`}127.0.0.1:${port}`
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    const password = this.#password === undefined ? [] : ['--requirepass', this.#password]
    const args = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      ...password,
    ]
    const started = spawn('redis-server', args, { stdio: 'ignore' })
    this.#process = started
    let fault: string | undefined
    started.once('error', () => {
      fault =
        'There is no redis-server on this machine. Install it (on Debian: apt-get install redis-server), ' +
        'or start one and set CHAPKIT_TEST_REDIS to its URL.'
    })
    started.once('exit', (code) => (fault ??= `redis-server ended with code ${code} instead of starting.`))
    const end = Date.now() + START_TIMEOUT
    while (!(await answersRedis(this.url()))) {
      if (fault === undefined && Date.now() > end) fault = 'redis-server did not answer in time.'
      if (fault !== undefined) throw new Error(fault)
      await sleep(20)
    }
  }

  /** Ends it; what it kept is lost. */
  async stop(): Promise<void> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await ended
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    process.off('exit', this.#killAtExit)
    await this.stop()
  }
}

/** Starts a Redis server that is the test's own; it is gone when the test ends. */
export async function startRedis(password?: string): Promise<RedisServer> {
  const server = await RedisServer.create(password)
  onTestFinished(() => server.remove())
  await server.start()
  return server
}

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the Redis server that the whole run shares, or why there is none. */
    redis: { readonly url: string } | { readonly fault: string }
  }
}

/**
 * The Redis server that the whole run shares, and a start of names that no other test has. What a test writes there must expire.
 *
 * @throws when there is none, and none could be started.
 */
export function redisUrl(): { readonly url: string; readonly prefix: string } {
  const found = inject('redis')
  if ('fault' in found) throw new Error(found.fault)
  return { url: found.url, prefix: `chapkit-test:${randomBytes(8).toString('hex')}:` }
}

/** Whether a Redis server answers there, with this password where one stands in the URL. */
export function answersRedis(url: string): Promise<boolean> {
  const { hostname, port, password } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port || '6379'), hostname)
    const end = (isAnswering: boolean): void => {
      socket.destroy()
      resolve(isAnswering)
    }
    let text = ''
    socket.setTimeout(2_000, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.once('connect', () =>
      socket.write(`${password && `AUTH ${decodeURIComponent(password)}\r\n`}PING\r\n`),
    )
    socket.on('data', (chunk) => {
      text += String(chunk)
      if (/^[-]/m.test(text)) end(false)
      else if (text.includes('+PONG')) end(true)
    })
  })
}
