import cluster from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { ListenError } from '../errors.ts'
import { loggerOptions, logSettings } from '../logging/logger-options.ts'
import { Redactor } from '../logging/redactor.ts'
import { compactHeap } from '../serving/compact-heap.ts'
import { modulesOf } from '../serving/modules-of.ts'
import type { Runnable } from '../serving/serve.ts'
import { WorkerPool } from './worker-pool.ts'

/**
 * What `run()` does in the primary process: it serves nothing itself, and lives as long as its workers are to live.
 *
 * @throws what the first worker could not start for.
 */
export async function runPrimary(service: Runnable, count: number, env: NodeJS.ProcessEnv): Promise<never> {
  if (cluster.isWorker) {
    throw new ListenError(
      `WORKERS is ${count}, but this process is itself the worker of a cluster; leave WORKERS away.`,
    )
  }
  if (Object.keys(cluster.workers as object).length > 0) {
    throw new ListenError(
      'run(): with workers, a process runs one service; start the other from a file of its own.',
    )
  }
  // Workers accept connections themselves: Node's other way leaves those hanging that are on their way to a worker that dies,
  // and a worker that is busy accepts no more than it can.
  if (!env['NODE_CLUSTER_SCHED_POLICY']) cluster.schedulingPolicy = cluster.SCHED_NONE
  const log = logOf(service)
  const pool = new WorkerPool(count, log)
  for (const module of modulesOf(service.plugin?.()) ?? []) module.inPrimary?.(pool)
  const grace = closeWithGrace(
    { delay: false, logger: undefined, onSecondSignal: () => pool.kill() },
    async ({ err }) => {
      if (err) log.fatal({ error: err }, 'service.crashed')
      if (!(await pool.stop())) throw new Error('A worker did not end well.')
    },
  )
  try {
    await pool.start()
    await compactHeap()
  } catch (error) {
    grace.uninstall()
    throw error
  }
  return new Promise(() => undefined)
}

/** The log of the service. The primary has no instance, which would have it. */
function logOf(service: Runnable) {
  const given = service.options?.().logger ?? loggerOptions(logSettings('info'), new Redactor())
  const { stream, ...options } = given as pino.LoggerOptions & { stream: pino.DestinationStream }
  return pino(options, stream)
}
