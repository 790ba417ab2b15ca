import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { freePort } from './process.ts'

/** Milliseconds. */
const START_TIMEOUT = 20_000

/** PostgreSQL refuses to run as root; this user, who owns nothing, is on every Unix. */
const NOBODY = 65534

/** A PostgreSQL server of its own: its data is in a temporary folder, and it listens on 127.0.0.1 only. */
export class PostgresServer {
  readonly port: number
  readonly #folder: string
  readonly #binaries: PostgresBinaries
  #process: ChildProcess | undefined
  readonly #killAtExit = (): void => void this.#process?.kill('SIGKILL')

  private constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
    this.#binaries = postgresBinaries(folder)
  }

  /** Makes the data folder; the server does not run yet. Its one user is `postgres`, who needs a password. */
  static async create(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'chapkit-postgres-'))
    chmodSync(folder, 0o755)
    const server = new PostgresServer(await freePort(), folder)
    server.#initialise()
    process.once('exit', server.#killAtExit)
    return server
  }

  /** URL of its database `postgres`, or another one. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/${database}`
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    const end = Date.now() + START_TIMEOUT
    for (;;) {
      const written = await this.#launch()
      if (written === undefined) return
      // After a crash, what is left of the server before has to end first.
      if (!/still in use|already exists/.test(written) || Date.now() > end) {
        throw new Error(`PostgreSQL did not start. It wrote:\n${written}`)
      }
      await sleep(50)
    }
  }

  /** Stops it: SIGINT ends all connections (default), SIGQUIT and SIGKILL end it as a crash does. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
    this.#process = undefined
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.stop('SIGQUIT')
    process.off('exit', this.#killAtExit)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Gives what it wrote when it ended instead of being ready. */
  #launch(): Promise<string | undefined> {
    const settings = SETTINGS.flatMap((setting) => ['-c', setting])
    const launched = spawn(
      this.#binaries.postgres,
      ['-D', this.#data, '-p', String(this.port), ...settings],
      { ...this.#identity, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#process = launched
    let written = ''
    return new Promise((resolve, reject) => {
      launched.stderr.setEncoding('utf8').on('data', (text: string) => {
        written += text
        if (written.includes('ready to accept connections')) resolve(undefined)
      })
      launched.once('error', reject)
      launched.once('exit', () => resolve(written))
    })
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  get #identity() {
    const isRoot = process.getuid?.() === 0
    return { env: this.#binaries.env, cwd: this.#folder, ...(isRoot && { uid: NOBODY, gid: NOBODY }) }
  }

  #initialise(): void {
    mkdirSync(this.#data)
    if (process.getuid?.() === 0) chownSync(this.#data, NOBODY, NOBODY)
    const passwordFile = join(this.#folder, 'password')
    writeFileSync(passwordFile, PASSWORD)
    const args = ['-D', this.#data, '-U', 'postgres', `--pwfile=${passwordFile}`, ...CLUSTER]
    const { status, stderr, error } = spawnSync(this.#binaries.initdb, args, this.#identity)
    if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? String(stderr)}`)
  }
}

const PASSWORD = 'hunter2'

const CLUSTER = ['--auth=scram-sha-256', '--no-locale', '-E', 'UTF8', '--no-sync']

/** Nothing that the machine has is needed, and a crash of the machine need not be survived. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'max_connections=200',
  'shared_buffers=32MB',
]

/** Starts a PostgreSQL server that is the test's own; it is gone when the test ends. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await PostgresServer.create()
  onTestFinished(() => server.remove())
  await server.start()
  return server
}
