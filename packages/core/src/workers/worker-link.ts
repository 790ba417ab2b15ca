/** What a worker process has of the others, under `WORKERS=N`. Messages are what JSON can hold. */
export interface WorkerLink {
  /** Number of the worker, from 1 to N; a worker that takes the place of a dead one has its number. */
  readonly id: number
  /**
   * Asks the primary process.
   *
   * @throws when it has no answer for the topic, or is gone.
   */
  ask(topic: string, message: unknown): Promise<unknown>
  /** Answers what the primary asks all workers about a topic. */
  answer(topic: string, handler: (message: unknown) => unknown): void
}

/** What the primary process has of its workers. Modules get it by `ServiceModule.inPrimary`. */
export interface WorkerHub {
  /** Answers what workers ask about a topic. */
  answer(topic: string, handler: (message: unknown) => unknown): void
  /** Asks all workers that live. A worker that does not answer within 2 seconds is left out. */
  askAll(topic: string, message: unknown): Promise<readonly WorkerAnswer[]>
}

/** What a worker answered. */
export interface WorkerAnswer {
  readonly worker: number
  readonly answer: unknown
}
