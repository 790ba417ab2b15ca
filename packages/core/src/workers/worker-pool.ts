import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Answer } from './peer.ts'
import type { WorkerAnswer, WorkerHub } from './worker-link.ts'
import { type WorkerEnd, WorkerProcess } from './worker-process.ts'

/** Milliseconds that a worker has to answer a question that goes to all. */
const ANSWER_LIMIT = 2_000

/** Milliseconds before a dead worker is replaced: each time twice as many when workers die young, up to a limit. */
const RESTART = { least: 100, most: 5_000 }

/** Milliseconds after which a worker does not die young. */
const YOUNG = 5_000

/** The workers of a service, in its primary process: starts them, replaces those that die, and ends them. */
export class WorkerPool implements WorkerHub {
  readonly #count: number
  readonly #log: Pick<FastifyBaseLogger, 'warn'>
  readonly #answers = new Map<string, Answer>()
  readonly #living = new Set<WorkerProcess>()
  readonly #stopping = new AbortController()

  constructor(count: number, log: Pick<FastifyBaseLogger, 'warn'>) {
    this.#count = count
    this.#log = log
  }

  answer(topic: string, handler: Answer): void {
    this.#answers.set(topic, handler)
  }

  async askAll(topic: string, message: unknown): Promise<readonly WorkerAnswer[]> {
    const asked = [...this.#living]
      .filter(({ hasStarted }) => hasStarted)
      .map(async (worker) => ({
        worker: worker.id,
        answer: await worker.ask(topic, message, ANSWER_LIMIT),
      }))
    const answers = await Promise.allSettled(asked)
    return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  /**
   * Starts the first worker, and the others once it listens: what fails the start fails it once.
   *
   * @throws what the first worker could not start for.
   */
  async start(): Promise<void> {
    const first = this.#fork(1)
    const end = await Promise.race([first.started, first.ended])
    if (this.#stopping.signal.aborted) return
    if (end) {
      this.#living.delete(first)
      throw first.failure(end)
    }
    void this.#replace(first)
    for (let id = 2; id <= this.#count; id++) void this.#replace(this.#fork(id))
  }

  /** Ends all workers. Tells whether all of them ended well. */
  async stop(): Promise<boolean> {
    this.#stopping.abort()
    const ends = await Promise.all(
      [...this.#living].map(async (worker) => ({ isIdle: !worker.hasStarted, ...(await worker.stop()) })),
    )
    return ends.every(({ isIdle, code }) => isIdle || code === 0)
  }

  /** Ends all workers at once. */
  kill(): void {
    for (const worker of this.#living) worker.kill()
  }

  #fork(id: number): WorkerProcess {
    const worker = new WorkerProcess(id, this.#answers)
    this.#living.add(worker)
    return worker
  }

  /** Puts another worker in the place of each that ends. */
  async #replace(first: WorkerProcess): Promise<void> {
    const { signal } = this.#stopping
    let delay = RESTART.least / 2
    for (let worker = first; ; worker = this.#fork(worker.id)) {
      const since = performance.now()
      const end = await worker.ended
      this.#living.delete(worker)
      if (signal.aborted) return
      // One that never listened is young, however slow its start was.
      const isYoung = !worker.hasStarted || performance.now() - since < YOUNG
      delay = isYoung ? Math.min(delay * 2, RESTART.most) : RESTART.least
      this.#tell(worker, end, delay)
      // It keeps the process alive, which has nothing else to do when all of its workers are dead.
      await sleep(delay, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
    }
  }

  #tell(worker: WorkerProcess, end: WorkerEnd, delay: number): void {
    const fields = { worker: worker.id, pid: worker.pid, exit_code: end.code, signal: end.signal }
    const error = worker.hasStarted ? undefined : worker.failure(end)
    this.#log.warn({ ...fields, restart_ms: delay, error }, 'service.worker_ended')
  }
}
