import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientConfig } from 'pg'
import type { Listening } from '../channels.ts'

/** Milliseconds between two attempts to connect: they double. */
const BACK_OFF = { first: 100, longest: 2_000 } as const

/** Milliseconds that a server has to answer. */
const PATIENCE = 5_000

/** Milliseconds that it has to say goodbye. */
const GOODBYE = 1_000

/**
 * A channel is known in a whole database, and two services may have a schema of it each: so its name ends with the number
 * of the schema.
 */
export const CHANNEL_SUFFIX = `'_' || to_regnamespace(quote_ident(current_schema()))::oid`

/**
 * Listens to a channel on a connection of its own, which is made again when it is lost, for ever. It never throws, and does
 * not keep the process alive.
 */
export class PostgresListener implements Listening {
  readonly #config: ClientConfig
  readonly #channel: string
  readonly #onMessage: () => void
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #pause: number = BACK_OFF.first
  #isConnected = false
  #isClosed = false

  constructor(config: ClientConfig, channel: string, onMessage: () => void) {
    this.#config = { ...config, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE }
    this.#channel = channel
    this.#onMessage = onMessage
    void this.#connect()
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    // A network that is down would hold up the end.
    await Promise.race([this.#client?.end(), sleep(GOODBYE, undefined, { ref: false })])
  }

  async #connect(): Promise<void> {
    const { default: pg } = await import('pg')
    if (this.#isClosed) return
    const client = new pg.Client(this.#config)
    this.#client = client
    // Without a listener, an error would end the process; `end` follows it.
    client.on('error', () => undefined)
    client.once('end', () => this.#lost())
    client.on('notification', () => this.#onMessage())
    try {
      await client.connect()
      // @types/pg does not have it.
      ;(client as unknown as { unref(): void }).unref()
      const { rows } = await client.query<{ suffix: string }>(`select ${CHANNEL_SUFFIX} as suffix`)
      await client.query(`listen "${this.#channel}${rows[0]?.suffix}"`)
      this.#isConnected = true
      this.#pause = BACK_OFF.first
      this.#onMessage()
    } catch {
      // Who uses the database otherwise finds out what is wrong with it, and says so.
      await client.end()
    }
  }

  #lost(): void {
    this.#isConnected = false
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#connect(), this.#pause).unref()
    this.#pause = Math.min(this.#pause * 2, BACK_OFF.longest)
  }
}
