import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, quote } from './client.ts'
import { Refused, type WritesOne } from './writer.ts'

/** How long each client may wait for what it should be answered. */
const PATIENCE = 20_000

/** Writers that go on until they are stopped, also while they are refused (503). */
export class Load {
  /** Answers of 503 that are not as they should be. */
  readonly faults: string[] = []
  readonly #stopped = new AbortController()
  readonly #acknowledged: number[]
  readonly #refused: number[]
  readonly #running: Promise<unknown>

  constructor(writers: readonly WritesOne[]) {
    this.#acknowledged = writers.map(() => 0)
    this.#refused = writers.map(() => 0)
    this.#running = Promise.all(writers.map((writer, number) => this.#write(writer, number)))
  }

  /** Answers of 503 since the last call of {@link allRefused}. */
  get refused(): number {
    return this.#refused.reduce((sum, count) => sum + count)
  }

  /** Waits until each writer has had so many writes acknowledged from now on. */
  allAcknowledged(least: number): Promise<void> {
    return this.#all(this.#acknowledged, least)
  }

  /** Waits until each writer has been refused so often from now on. */
  allRefused(least: number): Promise<void> {
    return this.#all(this.#refused, least)
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  async #write(writer: WritesOne, number: number): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await writer.writeOne()
        this.#acknowledged[number] = (this.#acknowledged[number] ?? 0) + 1
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        this.#refused[number] = (this.#refused[number] ?? 0) + 1
        if (!isProper(error.answer)) this.faults.push(quote(error.answer))
        await sleep(20)
      }
    }
  }

  async #all(counts: number[], least: number): Promise<void> {
    counts.fill(0)
    const until = Date.now() + PATIENCE
    while (counts.some((count) => count < least)) {
      if (Date.now() > until)
        throw new Error(`Clients wait for their answers; they had ${counts.join(', ')}.`)
      // A writer that fails ends the wait.
      await Promise.race([sleep(10), this.#running])
    }
  }
}

/** A problem document that says when to try again. */
function isProper({ headers }: Answer): boolean {
  return headers['content-type'] === 'application/problem+json' && Number(headers['retry-after']) > 0
}
