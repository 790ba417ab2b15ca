import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of ours that answers one question at a time. */
export interface Child {
  /** The next message that it sends; rejects when it ends instead. */
  next<Answer>(): Promise<Answer>
  ask<Answer>(question: object): Promise<Answer>
  stop(): Promise<void>
}

/**
 * Starts a file of this folder, on a core of its own where the system lets us choose. Its standard output goes to
 * /dev/null: what a server logs is written, and read by nobody.
 *
 * @param flags - For Node.js.
 */
export function startChild(
  file: string,
  args: readonly string[],
  core: number | undefined,
  flags: readonly string[] = [],
): Child {
  const command = [process.execPath, ...flags, fileURLToPath(new URL(file, import.meta.url)), ...args]
  const [executable = '', ...rest] =
    core === undefined ? command : ['taskset', '-c', String(core), ...command]
  const child = spawn(executable, rest, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: childEnvironment(),
  })
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
    throw new Error(`${[file, ...args].join(' ')} ended with ${String(code ?? signal)}.`)
  })
  ended.catch(() => undefined)

  const next = async <Answer>(): Promise<Answer> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Answer]
    return message
  }
  return {
    next,
    ask(question) {
      child.send(question)
      return next()
    },
    async stop() {
      child.kill('SIGKILL')
      await ended.catch(() => undefined)
    },
  }
}

/** Starts the process that sends the load. It stays awake where it has a core of its own. */
export function startLoad(cores: Cores | undefined): Child {
  return startChild('load.js', cores ? ['own-core'] : [], cores?.load)
}

/** Production, and of what a service reads from the environment only what is the same on every machine. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { LOG_LEVEL: _level, NODE_OPTIONS: _options, ...inherited } = process.env
  return { ...inherited, NODE_ENV: 'production', LOG_FORMAT: 'json' }
}

/** The cores that the server and the load get. */
export interface Cores {
  readonly server: number
  readonly load: number
}

/** Chooses cores; undefined where we cannot choose or there is only one. */
export function chooseCores(): Cores | undefined {
  if (process.platform !== 'linux' || spawnSync('taskset', ['-c', '0', 'true']).error) return undefined
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  const cores = allowed.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
  const [load, server] = [cores[0], cores.at(-1)]
  return load === undefined || server === undefined || load === server ? undefined : { server, load }
}
