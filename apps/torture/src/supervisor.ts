import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, RunningProcess } from '@chapkit/testing'
import { onTestFinished } from 'vitest'
import { Client } from './client.ts'

/** Compiled: it starts often, and loaders of TypeScript take longer than it does. */
const SERVICE = fileURLToPath(new URL('../dist/service.js', import.meta.url))

/** How long a service may take to come up. */
const PATIENCE = 30_000

/** Keeps one service running on one port: when it ends, it is started again by the same command, as an orchestrator does. */
export class Supervisor {
  readonly origin: string
  readonly #start: () => RunningProcess
  #process: RunningProcess
  #stopped = false
  #last = ''
  #starts = 0

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.origin = `http://127.0.0.1:${port}`
    this.#start = () => {
      this.#starts++
      const started = new RunningProcess([process.execPath, SERVICE], {
        cwd: new URL('..', import.meta.url),
        env: { LOG_FORMAT: 'json', NODE_ENV: 'production', PORT: String(port), ...env },
        timeout: 2 ** 31 - 1,
      })
      void this.#restart(started)
      return started
    }
    this.#process = this.#start()
  }

  /** Starts a service on a port of its own; it is ended when the test ends. Wait for {@link ready}. */
  static async start(env: Readonly<Record<string, string>>): Promise<Supervisor> {
    const supervisor = new Supervisor(await freePort(), env)
    onTestFinished(() => supervisor.stop())
    return supervisor
  }

  /** How often the service was started. */
  get starts(): number {
    return this.#starts
  }

  /** What the process before the one that runs now wrote. */
  get last(): string {
    return this.#last
  }

  /** Of the process that runs now. */
  get pid(): number {
    return this.#process.pid
  }

  /** Waits until the service takes requests. */
  async ready(): Promise<void> {
    const client = new Client(this.origin)
    try {
      for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
        const answer = await client.send('GET', '/health/ready').catch(() => undefined)
        if (answer?.status === 200) return
      }
    } finally {
      client.close()
    }
    throw new Error(
      `The service did not come up. It wrote:\n${(this.#last + this.#process.output).slice(-4000)}`,
    )
  }

  /** kill -9. Ends when the process is gone; by then its successor has been started. */
  async kill(): Promise<void> {
    await this.#process.stop('SIGKILL')
  }

  async #restart(ended: RunningProcess): Promise<void> {
    const { stdout, stderr } = await ended.end()
    this.#last = stdout + stderr
    if (!this.#stopped) this.#process = this.#start()
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#process.kill()
  }
}
