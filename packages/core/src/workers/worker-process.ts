import cluster, { type Worker } from 'node:cluster'
import { ListenError } from '../errors.ts'
import { type Answers, Peer } from './peer.ts'
import { type StartFailure, TOPICS, WORKER } from './worker.ts'

/** Milliseconds that a worker has to end beyond what it said it may take, before it is killed. */
const STOP_MARGIN = 2_000

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** A worker, seen from the primary process. */
export class WorkerProcess {
  readonly id: number
  /** Settles when it listens. */
  readonly started: Promise<void>
  readonly ended: Promise<WorkerEnd>
  readonly #worker: Worker
  readonly #peer: Peer
  #hasStarted = false
  #stopWithin = 0
  #failure: StartFailure | undefined

  /** Starts it: it runs the file that the primary runs. */
  constructor(id: number, answers: Answers) {
    this.id = id
    const worker = cluster.fork({ [WORKER]: String(id) })
    this.#worker = worker
    let tellStarted: () => void
    this.started = new Promise((resolve) => (tellStarted = resolve))
    const own = new Map<string, (message: unknown) => unknown>([
      [
        TOPICS.started,
        (stopWithin) => {
          this.#stopWithin = stopWithin as number
          this.#hasStarted = true
          tellStarted()
        },
      ],
      [TOPICS.failed, (failure) => void (this.#failure = failure as StartFailure)],
    ])
    const peer = new Peer((message) => worker.send(message, undefined, undefined, () => undefined), {
      get: (topic) => own.get(topic) ?? answers.get(topic),
    })
    this.#peer = peer
    worker.process.on('message', (message) => peer.receive(message))
    this.ended = new Promise((resolve) =>
      worker.process.once('close', (code, signal) => {
        peer.end()
        resolve({ code, signal })
      }),
    )
  }

  get pid(): number | undefined {
    return this.#worker.process.pid
  }

  get hasStarted(): boolean {
    return this.#hasStarted
  }

  /** Why it could not start, in its own words where it said them. */
  failure({ code, signal }: WorkerEnd): Error {
    if (this.#failure) return Object.assign(new Error(this.#failure.message), this.#failure)
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`
    return new ListenError(`A worker ${how} before it listened. What it wrote tells why.`)
  }

  ask(topic: string, message: unknown, limit: number): Promise<unknown> {
    return this.#peer.ask(topic, message, limit)
  }

  /** Tells it to answer what it has in flight and to end, and waits. One that does not end in time is killed. */
  async stop(): Promise<WorkerEnd> {
    // Before it listens it may have no ear for messages, and nothing in flight.
    if (this.#hasStarted) this.#peer.ask(TOPICS.stop, null).catch(() => undefined)
    else this.#worker.process.kill('SIGTERM')
    const late = setTimeout(() => this.kill(), this.#stopWithin + STOP_MARGIN)
    const end = await this.ended
    clearTimeout(late)
    return end
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL')
  }
}
