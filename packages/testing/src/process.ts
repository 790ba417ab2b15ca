import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'
import type { LogLine } from './log.ts'

/** How a process is started. */
export interface ProcessOptions {
  /** Working directory: a path, or the URL of a folder. */
  readonly cwd: string | URL
  /** Variables beside those that a process needs to run at all. None of CHAPKIT_*, LOG_*, HOST, PORT or DATABASE_URL is inherited. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds to wait for a line or for the end. Default: 30,000. */
  readonly timeout?: number
}

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Variables that the tests or the machine set for themselves, and that would change what a service does. */
const NOT_INHERITED =
  /^(?:CHAPKIT_|LOG_|FASTIFY_|VITEST|npm_|NODE_ENV$|NODE_OPTIONS$|HOST$|PORT$|DATABASE_URL$|FORCE_COLOR$|TEST$)/

/** A process of its own: it is ended, with all that it started, when the test ends. */
export class RunningProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ended>
  readonly #timeout: number
  readonly #command: string
  readonly #kill = (): void => this.#signalGroup('SIGKILL')
  #hasEnded = false
  #stdout = ''
  #stderr = ''
  #wake: () => void = () => undefined

  constructor(command: readonly [string, ...string[]], options: ProcessOptions) {
    const [file, ...args] = command
    const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name))
    this.#command = command.join(' ')
    this.#timeout = options.timeout ?? 30_000
    this.#child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...Object.fromEntries(inherited), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#wake()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#wake()
    })
    // When the tests themselves are stopped, no process stays behind.
    process.once('exit', this.#kill)
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#hasEnded = true
        process.off('exit', this.#kill)
        this.#wake()
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr })
      }
      this.#child.once('close', end)
      this.#child.once('error', (error) => {
        this.#stderr += error.message
        end(null, null)
      })
    })
  }

  /** Its number; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** All that it wrote until now: standard output, then standard error. */
  get output(): string {
    return this.#stdout + this.#stderr
  }

  /** Lines of standard output that are JSON objects, or those of one event. */
  log(event?: string): LogLine[] {
    const lines = this.#stdout.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'))
    return lines
      .map((line) => JSON.parse(line) as LogLine)
      .filter((line) => event === undefined || line.event === event)
  }

  /** Waits until what it wrote matches. Throws, with all that it wrote, when it ends before, or in time. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(
      () => pattern.exec(stripVTControlCharacters(this.output)) ?? undefined,
      `writing ${pattern}`,
    )
  }

  /** Waits until it has logged an event so often, and gives these lines: they may come after the answer that they tell of. */
  logged(event: string, count = 1): Promise<LogLine[]> {
    const enough = (lines: LogLine[]) => (lines.length < count ? undefined : lines)
    return this.#until(() => enough(this.log(event)), `logging ${event}, ${count} times`)
  }

  /** Waits until it ends by itself. */
  async end(): Promise<Ended> {
    let deadline: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      deadline = setTimeout(() => reject(this.#fault('did not end in time')), this.#timeout)
    })
    try {
      return await Promise.race([this.#ended, late])
    } finally {
      clearTimeout(deadline)
    }
  }

  /** Sends the signal to it alone, as an orchestrator does, and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (!this.#hasEnded) this.#child.kill(signal)
    return this.end()
  }

  /** Ends it and all that it started, at once. */
  async kill(): Promise<void> {
    this.#kill()
    await this.#ended
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // The group has ended already.
    }
  }

  async #until<Found>(look: () => Found | undefined, doing: string): Promise<Found> {
    const deadline = setTimeout(() => this.#wake(), this.#timeout)
    const start = Date.now()
    try {
      for (;;) {
        const found = look()
        if (found !== undefined) return found
        if (this.#hasEnded) throw this.#fault(`ended without ${doing}`)
        if (Date.now() - start >= this.#timeout) throw this.#fault(`was not ${doing} in time`)
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  #fault(what: string): Error {
    return new Error(`\`${this.#command}\` ${what}. It wrote:\n${this.output}`)
  }
}

/**
 * Starts a command and waits until it has written what `ready` matches; it is killed when the test ends.
 *
 * @throws when the command ends, or the time is over, before that.
 */
export async function startProcess(
  command: readonly [string, ...string[]],
  options: ProcessOptions & { readonly ready: RegExp },
): Promise<RunningProcess> {
  const started = new RunningProcess(command, options)
  onTestFinished(() => started.kill())
  await started.waitFor(options.ready)
  return started
}

/** Runs a command to its end. */
export async function runProcess(
  command: readonly [string, ...string[]],
  options: ProcessOptions,
): Promise<Ended> {
  const started = new RunningProcess(command, options)
  try {
    return await started.end()
  } finally {
    await started.kill()
  }
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
