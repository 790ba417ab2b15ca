import cluster from 'node:cluster'
import { type Answer, Peer } from './peer.ts'
import type { WorkerLink } from './worker-link.ts'

/** Variable that tells a worker its number. */
export const WORKER = 'CHAPKIT_WORKER'

/** Topics of our own between a worker and its primary. */
export const TOPICS = {
  /** A worker listens: how many milliseconds its end may take. */
  started: 'chapkit.started',
  /** A worker could not start: why. */
  failed: 'chapkit.failed',
  /** Workers are to end. */
  stop: 'chapkit.stop',
} as const

/** Where an instance carries its link from `run()` to the kernel. */
const LINK = Symbol('chapkit.worker')

/** The channel to the primary process: `process` itself. */
export interface Channel {
  send?: (message: object, handle: undefined, options: undefined, sent: () => void) => boolean
  on(event: 'message', listener: (message: unknown) => void): unknown
  once(event: 'disconnect', listener: () => void): unknown
  disconnect?: () => void
}

/** Why a worker could not start, as it goes to the primary. */
export interface StartFailure {
  readonly name: string
  readonly message: string
  readonly stack?: string | undefined
  readonly code?: unknown
}

/** What a worker knows of its primary. */
export interface Primary {
  readonly link: WorkerLink
  /** Calls back when this process is to end: the primary says so, or is gone. */
  onStop(stop: () => void): void
  /** This process does no more for it, and may end. */
  leave(): void
}

/** Number of this worker, if it is one that `run()` of another process started. */
export function workerNumber(env: NodeJS.ProcessEnv): number | undefined {
  // A process that a worker starts inherits the variable, but is no worker.
  return cluster.isWorker && env[WORKER] ? Number(env[WORKER]) : undefined
}

/** Joins the primary process. */
export function joinPrimary(id: number, channel: Channel): Primary {
  const answers = new Map<string, Answer>()
  const peer = new Peer((message) => channel.send?.(message, undefined, undefined, () => undefined), answers)
  channel.on('message', (message) => peer.receive(message))
  channel.once('disconnect', () => peer.end())
  // Else Node ends a worker at once, with all that it has in flight, when its primary is gone.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
  return {
    link: {
      id,
      ask: (topic, message) => peer.ask(topic, message),
      answer: (topic, handler) => void answers.set(topic, handler),
    },
    onStop(stop) {
      answers.set(TOPICS.stop, stop)
      channel.once('disconnect', stop)
    },
    leave: () => channel.disconnect?.(),
  }
}

/** Tells the primary why this worker could not start, and ends. Without a primary, whoever waits is told. */
export async function failStart({ link }: Primary, error: unknown): Promise<never> {
  const { name, message, stack, code } = error as Error & { code?: unknown }
  try {
    await link.ask(TOPICS.failed, { name, message, stack, code } satisfies StartFailure)
  } catch {
    throw error
  }
  process.exit(1)
}

/** Gives the instance its link, before it loads. */
export function setWorkerLink(app: object, link: WorkerLink): void {
  Reflect.set(app, LINK, link)
}

/** The link that `run()` gave the instance. */
export function workerLinkOf(app: object): WorkerLink | undefined {
  return Reflect.get(app, LINK) as WorkerLink | undefined
}
