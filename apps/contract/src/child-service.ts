import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A service that runs as a process of its own. */
export interface RunningService {
  /** `http://127.0.0.1:PORT`. */
  readonly base: string
  /** File with the service's standard output, one JSON line an event. */
  readonly log: string
  /** Ends the process with SIGTERM and removes its log. */
  stop(): Promise<void>
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000

/**
 * Starts the service of a case file and waits until it listens.
 *
 * @throws Error with what the process wrote, when it ends before it listens.
 */
export async function startService(name: string): Promise<RunningService> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'chapkit-contract-'))
  const log = join(folder, 'service.log')
  const output = openSync(log, 'w')
  const child = spawn(
    process.execPath,
    [...process.execArgv, MAIN, '--serve', name, '--port', String(port)],
    { env: cleanEnvironment({ LOG_FORMAT: 'json', LOG_LEVEL: 'info' }), stdio: ['ignore', output, output] },
  )
  closeSync(output)
  const endWithParent = () => child.kill('SIGKILL')
  process.once('exit', endWithParent)

  const isRunning = () => child.exitCode === null && child.signalCode === null
  const stop = async () => {
    if (isRunning()) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const kill = setTimeout(endWithParent, STOP_TIMEOUT_MS)
      await exited
      clearTimeout(kill)
    }
    process.off('exit', endWithParent)
    rmSync(folder, { recursive: true })
  }

  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await answers(port))) {
    if (isRunning() && Date.now() < deadline) {
      await sleep(50)
      continue
    }
    const said = readFileSync(log, 'utf8')
    await stop()
    throw new Error(`The service of ${name}.json did not start. It wrote:\n${said}`)
  }
  return { base: `http://127.0.0.1:${port}`, log, stop }
}

/** The environment of this process without what configures a service, and with `extra`. */
export function cleanEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const configures = /^(CHAPKIT_|LOG_|HOST$|PORT$|WORKERS$)/
  const inherited = Object.entries(process.env).filter(([name]) => !configures.test(name))
  return { ...Object.fromEntries(inherited), ...extra }
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
