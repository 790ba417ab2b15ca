import { setTimeout as sleep } from 'node:timers/promises'
import { groupSize } from '@chapkit/core'
import { Redis } from 'ioredis'
import { inTime } from './in-time.ts'
import type { Charge, Verdict } from './limiter.ts'
import { ADMIT } from './redis-script.ts'
import type { SharedStore } from './shared-limiter.ts'

/** Milliseconds between two attempts to connect, at most. */
const MAX_RETRY_DELAY = 1_000

/** How Redis is reached. */
export interface RedisOptions {
  readonly url: string
  readonly prefix: string
  /** Milliseconds. */
  readonly timeout: number
}

interface ScriptCommands {
  admit(keys: number, ...keysAndArguments: (string | number)[]): Promise<number[]>
}

/** Counts in Redis: one script a request, so that whatever the number of replicas, there is one limit. */
export class RedisStore implements SharedStore {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #timeout: number

  constructor({ url, prefix, timeout }: RedisOptions) {
    this.#prefix = prefix
    this.#timeout = timeout
    this.#redis = new Redis(url, {
      scripts: { admit: { lua: ADMIT } },
      lazyConnect: true,
      // A request that cannot be counted at once is counted by the process: it is not kept for later, nor sent again.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      connectTimeout: Math.max(timeout, 1_000),
      // A connection on which nothing comes back any more is dead, although nobody has closed it.
      socketTimeout: Math.max(timeout * 4, 2_000),
      retryStrategy: (times) => Math.min(50 * times, MAX_RETRY_DELAY),
    })
    // Each failed attempt is one; that the limit is not shared is logged once.
    this.#redis.on('error', () => undefined)
  }

  /** Begins to connect, and goes on trying for as long as it takes; resolves when it is connected, or the time-out is over. */
  async connect(onReady: () => void): Promise<void> {
    this.#redis.on('ready', onReady)
    const connected = this.#redis.connect().catch(() => undefined)
    await Promise.race([connected, sleep(this.#timeout, undefined, { ref: false })])
  }

  async decide(charges: readonly Charge[]): Promise<Verdict> {
    const keys = charges.map(({ id }) => this.#prefix + id)
    const limits = charges.flatMap(({ policy: { limit } }) => [
      limit.count,
      limit.window * 1_000,
      groupSize(limit),
    ])
    const redis = this.#redis as unknown as ScriptCommands
    const answer = redis.admit(keys.length, ...keys, ...limits)
    const late = `Redis did not answer in ${this.#timeout} ms.`
    const [isAdmitted, ...numbers] = await inTime(answer, this.#timeout, late)
    const quotas = charges.map((_charge, at) => ({
      remaining: numbers[at * 2] as number,
      untilMore: numbers[at * 2 + 1] as number,
    }))
    return { isAdmitted: isAdmitted === 1, quotas, isFallback: false }
  }

  close(): void {
    this.#redis.disconnect()
  }
}
