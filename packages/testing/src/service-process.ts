import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts'

/** A service that runs as a process of its own. */
export interface ServiceProcess {
  /** Where it listens: `http://127.0.0.1:4711`. */
  readonly origin: string
  readonly process: RunningProcess
}

/** What Node.js needs to run TypeScript: nothing where it strips types itself, so that both ways are tested. */
export const typescriptLoader: readonly string[] = Reflect.get(process.features, 'typescript')
  ? []
  : ['--import', 'tsx']

/** Runs a TypeScript file on a free port and waits until it listens; it is killed when the test ends. */
export async function startService(file: string, options: ProcessOptions): Promise<ServiceProcess> {
  const started = await startProcess([process.execPath, ...typescriptLoader, file], {
    ...options,
    env: { PORT: '0', LOG_FORMAT: 'json', ...options.env },
    ready: LISTENING,
  })
  return { origin: LISTENING.exec(started.output)?.[1] ?? '', process: started }
}

const LISTENING = /Server listening at (http:\/\/[\w.:[\]]+)/
