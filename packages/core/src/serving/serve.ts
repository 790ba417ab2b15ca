import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { ListenError } from '../errors.ts'
import { PREPARED, type PreparedServerOptions } from './server-options.ts'
import { type Primary, setWorkerLink } from '../workers/worker.ts'
import { GROUP_SIGNALS, stopOnce } from '../workers/stop-once.ts'

/** Milliseconds that a stop may take, beyond the delay that the service asks for, before the process ends all the same. */
const CLOSE_DELAY = 10_000

/**
 * Stands for `localhost`. For that name Fastify opens a server for each of its addresses, of which only the first is drained at the
 * end.
 */
const LOOPBACK = '127.0.0.1'

/** What can be run: the builder, or anything that builds a Fastify instance. */
export interface Runnable<App extends FastifyInstance = FastifyInstance> {
  build(): App
  /** The service as a plugin, whose modules work in the primary process, too, under `WORKERS`. */
  plugin?(): unknown
  /** Options of the instance, for the log of the primary process. */
  options?(): { readonly logger?: unknown }
}

/** Milliseconds that the end of the service may take. */
export function stopLimit(service: Runnable): number {
  const { [PREPARED]: prepared } = (service.options?.() ?? {}) as Partial<PreparedServerOptions>
  return CLOSE_DELAY + (prepared?.shutdownDelay ?? 0)
}

/** Where a service listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Builds the service, listens, and closes it on signals, and when the primary process, where there is one, says so. */
export async function serve<App extends FastifyInstance>(
  service: Runnable<App>,
  { host, port }: Address,
  primary?: Primary,
): Promise<App> {
  const app = service.build()
  if (primary) {
    setWorkerLink(app, primary.link)
    nameWorker(app, primary.link.id)
  }
  const grace = closeWithGrace(
    { delay: stopLimit(service), logger: undefined, skip: primary ? [...GROUP_SIGNALS] : [] },
    async ({ err }) => {
      if (err) app.log.fatal({ error: err }, 'service.crashed')
      await app.close()
    },
  )
  const forget = primary && stopOnce(primary, () => grace.close())
  let hasStarted = false
  app.addHook('onClose', (_instance, done) => {
    grace.uninstall()
    // A worker that could not start has yet to say so.
    if (hasStarted) forget?.()
    done()
  })
  try {
    await app.listen({ host: host === 'localhost' ? LOOPBACK : host, port })
    hasStarted = true
  } catch (error) {
    // The caller is told; there is nothing left to stop.
    grace.uninstall()
    await app.close()
    throw listenError(error as NodeJS.ErrnoException, host, port)
  }
  return app
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

/** All lines tell which worker wrote them. A logger that stays the one that Fastify has costs less. */
function nameWorker(app: FastifyInstance, worker: number): void {
  const log: Partial<Logger> = app.log as Logger
  if (log.setBindings) log.setBindings({ worker })
  else app.log = app.log.child({ worker })
}
