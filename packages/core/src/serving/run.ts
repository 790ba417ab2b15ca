import type { FastifyInstance } from 'fastify'
import { InvalidOptionError, ListenError } from '../errors.ts'
import { runPrimary } from '../workers/primary.ts'
import { failStart, joinPrimary, TOPICS, workerNumber } from '../workers/worker.ts'
import { workerCount } from '../workers/worker-count.ts'
import { type Runnable, serve, stopLimit } from './serve.ts'

/** Where a service listens, and in how many processes, where HOST, PORT and WORKERS do not say it. */
export interface RunOptions {
  /** Default: HOST, else 127.0.0.1. */
  readonly host?: string
  /** Default: PORT, else 8000. 0 takes a free one. */
  readonly port?: number
  /** How many processes serve, 1 to 256, or `auto` for one for each processor. Default: WORKERS, else 1. */
  readonly workers?: number | 'auto'
}

/**
 * Builds the service, listens, and closes it on SIGTERM and SIGINT. For `node app.js`.
 *
 * With more than one worker, the process starts that many others, which run the same file and share the port, and replaces
 * those that die. It builds and serves nothing itself: there, the promise never resolves, and the process ends with the
 * workers. What stands after `await run(service)` runs in each worker, once it listens.
 *
 * @throws CHAPKIT_ERR_LISTEN when the port is not a number, in use, or not allowed, or when WORKERS is not valid. The service
 * is closed then. What a worker cannot start for is thrown in the first process, once.
 */
export async function run<App extends FastifyInstance>(
  service: Runnable<App>,
  options: RunOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<App> {
  if (typeof (service as Partial<Runnable> | undefined)?.build !== 'function') {
    throw new InvalidOptionError(
      'run(): give it the builder itself, before build(): run(new ServiceBuilder(info)).',
    )
  }
  const host = options.host ?? (env['HOST'] || '127.0.0.1')
  const port = options.port ?? parsePort(env['PORT'] || '8000')
  const workers = workerCount(options.workers, env)
  const number = workerNumber(env)
  if (number !== undefined) return runWorker(service, { host, port }, number)
  return workers > 1 ? runPrimary(service, workers, env) : serve(service, { host, port })
}

async function runWorker<App extends FastifyInstance>(
  service: Runnable<App>,
  address: Parameters<typeof serve>[1],
  number: number,
): Promise<App> {
  const primary = joinPrimary(number, process)
  const app = await serve(service, address, primary).catch((error: unknown) => failStart(primary, error))
  // A primary that is gone ends this process by itself.
  primary.link.ask(TOPICS.started, stopLimit(service)).catch(() => undefined)
  return app
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new ListenError(`PORT is '${text}'; it must be a number from 0 to 65535.`)
}
