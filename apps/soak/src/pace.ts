import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, get, Unanswered } from './connection.ts'
import { KEY } from './soaked.ts'

/** Clients that ask at a steady rate until they are stopped. */
export class Pace {
  readonly statuses: Record<number, number> = {}
  lost = 0
  #stopped = false
  readonly #running: Promise<unknown>
  readonly #key: string

  private constructor(connections: readonly Connection[], rate: number, key: string) {
    this.#key = key
    const pause = (connections.length / rate) * 1000
    this.#running = Promise.all(
      connections.map(async (connection, index) => {
        const start = performance.now() + (pause * index) / connections.length
        for (let sent = 0; !this.#stopped; sent++) {
          await sleep(Math.max(0, start + sent * pause - performance.now()))
          await this.#ask(connection)
        }
        connection.close()
      }),
    )
  }

  /** So many requests a second, over 16 connections. */
  static async start(port: number, rate: number, key = KEY): Promise<Pace> {
    return new Pace(await Promise.all(Array.from({ length: 16 }, () => Connection.open(port))), rate, key)
  }

  async stop(): Promise<Pick<Pace, 'statuses' | 'lost'>> {
    this.#stopped = true
    await this.#running
    return this
  }

  async #ask(connection: Connection): Promise<void> {
    try {
      const { status } = await connection.send(get('/hello', this.#key))
      this.statuses[status] = (this.statuses[status] ?? 0) + 1
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      this.lost++
      this.#stopped = true
    }
  }
}
