import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { InvalidOptionError, ListenError } from '../errors.ts'

/** Milliseconds that a stop may take before the process ends all the same. */
const CLOSE_DELAY = 10_000

/** What can be run: the builder, or anything that builds a Fastify instance. */
export interface Runnable<App extends FastifyInstance = FastifyInstance> {
  build(): App
}

/** Where a service listens, where HOST and PORT do not say it. */
export interface RunOptions {
  /** Default: HOST, else 127.0.0.1. */
  readonly host?: string
  /** Default: PORT, else 8000. 0 takes a free one. */
  readonly port?: number
}

/**
 * Builds the service, listens, and closes it on SIGTERM and SIGINT. For `node app.js`.
 *
 * @throws CHAPKIT_ERR_LISTEN when the port is not a number, in use, or not allowed. The service is closed then.
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
  const app = service.build()
  const grace = closeWithGrace({ delay: CLOSE_DELAY, logger: undefined }, async ({ err }) => {
    if (err) app.log.fatal({ error: err }, 'service.crashed')
    await app.close()
  })
  app.addHook('onClose', (_instance, done) => {
    grace.uninstall()
    done()
  })
  try {
    await app.listen({ host, port })
  } catch (error) {
    // The caller is told; there is nothing left to stop.
    grace.uninstall()
    await app.close()
    throw listenError(error as NodeJS.ErrnoException, host, port)
  }
  return app
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new ListenError(`PORT is '${text}'; it must be a number from 0 to 65535.`)
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ListenError(`Port ${port} is in use. Stop what listens there, or set PORT to another one.`)
  }
  if (error.code === 'EACCES') {
    return new ListenError(`Port ${port} needs more rights than this process has. Set PORT to 1024 or above.`)
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ListenError(
      `This machine has no address '${host}'. Set HOST to one that it has, or to 0.0.0.0 for all.`,
    )
  }
  return error
}
