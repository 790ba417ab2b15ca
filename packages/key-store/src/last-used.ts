import type { Database } from '@chapkit/data'

/**
 * When keys were used last: noted in memory, and written for all of them at once from time to time. A time only moves
 * forward, whichever process writes last.
 */
export class LastUsed {
  readonly #database: Database
  readonly #statement: string
  readonly #timer: NodeJS.Timeout
  #times = new Map<string, number>()

  /** @param interval - Milliseconds between two writes. */
  constructor(database: Database, interval: number) {
    this.#database = database
    this.#statement = statementFor(database.dialect)
    // An outage is told by whoever reads the keys; these times are for the next write then.
    this.#timer = setInterval(() => void this.write().catch(() => undefined), interval).unref()
  }

  /** Notes that a key was used now. */
  note(id: string): void {
    this.#times.set(id, Date.now())
  }

  /** Writes what was noted; what cannot be written stays for the next time. */
  async write(): Promise<void> {
    const times = this.#times
    if (times.size === 0) return
    this.#times = new Map()
    const used = Array.from(times, ([id, time]) => ({
      id,
      at: this.#database.codec.encodeTime(new Date(time)),
    }))
    try {
      // A transaction is run again where two of them collide.
      await this.#database.transaction(() => this.#database.query(this.#statement, [JSON.stringify(used)]))
    } catch (error) {
      this.#times = new Map([...times, ...this.#times])
      throw error
    }
  }

  /** Writes the rest. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.write().catch(() => undefined)
  }
}

function statementFor(dialect: Database['dialect']): string {
  const used =
    dialect === 'postgres'
      ? 'json_to_recordset($1::json) as used (id text, at timestamptz)'
      : "(select value ->> 'id' as id, value ->> 'at' as at from json_each(?)) as used"
  return `update keys set last_used_at = used.at from ${used}
    where keys.id = used.id and (keys.last_used_at is null or keys.last_used_at < used.at)`
}
