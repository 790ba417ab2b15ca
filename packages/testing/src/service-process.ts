import { type ProcessOptions, type RunningProcess, startProcess } from './process.ts'

/** A service that runs as a process of its own. */
export interface ServiceProcess {
  /** Where it listens: `http://127.0.0.1:4711`. */
  readonly origin: string
  readonly process: RunningProcess
}

/** Runs `node --import tsx FILE` on a free port and waits until it listens; it is killed when the test ends. */
export async function startService(file: string, options: ProcessOptions): Promise<ServiceProcess> {
  const started = await startProcess([process.execPath, '--import', 'tsx', file], {
    ...options,
    env: { PORT: '0', LOG_FORMAT: 'json', ...options.env },
    ready: LISTENING,
  })
  return { origin: LISTENING.exec(started.output)?.[1] ?? '', process: started }
}

const LISTENING = /Server listening at (http:\/\/[\w.:[\]]+)/
