import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, type RunningProcess, runProcess, startProcess, temporaryFolder } from '@chapkit/testing'
import { type Answer, Connection, get } from './connection.ts'
import { writeKeys } from './key-file.ts'
import type { LoadPlan, LoadResult } from './load.ts'

const dist = new URL('../dist/', import.meta.url)

/** How long a service may take to come up. */
const PATIENCE = 60_000

/** A key that may do everything. */
export const KEY = 'soak-key-that-may-do-everything'

/** A service that runs as a process of its own. */
export class Soaked {
  readonly port: number
  readonly process: RunningProcess
  readonly #log: string

  private constructor(port: number, process: RunningProcess, log: string) {
    this.port = port
    this.process = process
    this.#log = log
  }

  /** Starts it and waits until it is ready; it is killed when the test ends. What it logs goes to a file. */
  static async start(env: Readonly<Record<string, string>> = {}, log = newLog()): Promise<Soaked> {
    const port = await freePort()
    const command = ['--expose-gc', fileURLToPath(new URL('service.js', dist))]
    const started = await startProcess(
      // It logs too much to keep in our memory.
      ['sh', '-c', 'echo started; exec "$0" "$@" > "$LOG"', process.execPath, ...command],
      {
        cwd: dist,
        env: {
          LOG: log,
          LOG_FORMAT: 'json',
          NODE_ENV: 'production',
          PORT: String(port),
          ...(env['DATABASE_URL'] === undefined && { CHAPKIT_API_KEY_FILE: newKeyFile() }),
          ...env,
        },
        timeout: PATIENCE,
        ready: /started/,
      },
    )
    const service = new Soaked(port, started, log)
    await service.#ready()
    return service
  }

  /** Events in its log, of one name. */
  events(name: string): object[] {
    const lines = readFileSync(this.#log, 'utf8').split('\n')
    return lines
      .filter((line) => line.includes(`"event":"${name}"`))
      .map((line) => JSON.parse(line) as object)
  }

  /** Bytes that it has after a collection of garbage. */
  async memory(): Promise<{ heapUsed: number; rss: number }> {
    return JSON.parse((await this.ask('/memory')).body) as { heapUsed: number; rss: number }
  }

  /** Sends one request over a connection of its own. */
  async ask(path: string, key = KEY): Promise<Answer> {
    const connection = await Connection.open(this.port)
    try {
      return await connection.send(get(path, key))
    } finally {
      connection.close()
    }
  }

  /** Loads it from another process. */
  load(plan: Omit<LoadPlan, 'port' | 'key'>): Promise<LoadResult> {
    return runScript<LoadResult>('load.js', { port: this.port, key: KEY, ...plan })
  }

  async #ready(): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
      const answer = await this.ask('/health/ready').catch(() => undefined)
      if (answer?.status === 200) return
      if (/[Ee]rror/.test(this.process.output)) break
    }
    throw new Error(`The service did not come up. It wrote:\n${this.process.output}`)
  }
}

/** Runs a compiled script of ours, which prints what came of it as JSON. */
export async function runScript<Result>(file: string, plan: object): Promise<Result> {
  const script = fileURLToPath(new URL(file, dist))
  const { code, stdout, stderr } = await runProcess([process.execPath, script, JSON.stringify(plan)], {
    cwd: dist,
    timeout: 2 ** 31 - 1,
  })
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as Result
}

function newLog(): string {
  return join(temporaryFolder(), 'service.log')
}

function newKeyFile(): string {
  const file = join(temporaryFolder(), 'keys')
  writeKeys(file, [KEY])
  return file
}
