import { createHash } from 'node:crypto'
import { Problem } from '@chapkit/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'

/** An answer as it was given. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The text that was sent. */
  readonly body: string
}

/** A request that may come again. */
export interface RepeatableRequest {
  /** What the key is for: keys of different routes do not meet. */
  readonly scope: string
  /** What the client sent as `Idempotency-Key`. */
  readonly key: string
  /** What makes up the request beside the key. */
  readonly content: unknown
}

/** Milliseconds for which an answer is given again: 24 hours. */
const RETENTION_MS = 24 * 60 * 60 * 1000

/** Milliseconds between two looks for answers that are too old. */
const SWEEP_MS = 60 * 1000

interface Tables {
  idempotency_keys: {
    scope: string
    key: string
    fingerprint: string
    answer: unknown
    created_at: unknown
  }
}

/** The answers of a database that are given again to the same request (IETF draft Idempotency-Key, version 07). */
export class IdempotentAnswers {
  readonly #database: Database
  #sweptAt = 0

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Does the work once: key, work and answer are stored in one transaction, so a repeat finds all or nothing. One that comes
   * while the first is at work waits for its answer. What the work throws is stored nowhere, and a repeat tries again.
   *
   * @throws Problem validation-failed (422) when the key was used with other content.
   */
  async once(request: RepeatableRequest, work: () => Promise<Answer>): Promise<Answer> {
    await this.#sweep()
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(request.content) ?? '')
      .digest('hex')
    return this.#database.transaction(async (transaction) => {
      const db = transaction as Kysely<Tables>
      const { scope, key } = request
      if (!(await this.#claim(db, { scope, key, fingerprint }))) {
        return this.#repeat(db, { scope, key, fingerprint })
      }
      const answer = await work()
      await db
        .updateTable('idempotency_keys')
        .set({ answer: this.#database.codec.encodeJson(answer) })
        .where('scope', '=', scope)
        .where('key', '=', key)
        .execute()
      return answer
    })
  }

  /** Whether this is the first request; it waits for another one that has the key and is not done. */
  async #claim(
    db: Kysely<Tables>,
    row: { readonly scope: string; readonly key: string; readonly fingerprint: string },
  ): Promise<boolean> {
    const { codec } = this.#database
    await db
      .deleteFrom('idempotency_keys')
      .where('scope', '=', row.scope)
      .where('key', '=', row.key)
      .where('created_at', '<', this.#oldest())
      .execute()
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('idempotency_keys')
      .values({ ...row, answer: null, created_at: codec.encodeTime(new Date()) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  async #repeat(
    db: Kysely<Tables>,
    { scope, key, fingerprint }: { scope: string; key: string; fingerprint: string },
  ): Promise<Answer> {
    const first = await db
      .selectFrom('idempotency_keys')
      .select(['fingerprint', 'answer'])
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
    if (first.fingerprint !== fingerprint) {
      const detail = 'This Idempotency-Key was used with another body; send a new key with a new request.'
      throw new Problem('validation-failed', detail, {
        extensions: { errors: [{ pointer: '', detail: 'differs from the first body with this key' }] },
      })
    }
    const answer = this.#database.codec.decodeJson(first.answer) as Answer
    return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }
  }

  /** Outside of any transaction of a request, so that none waits for it. */
  async #sweep(): Promise<void> {
    const now = Date.now()
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    await (this.#database.kysely as Kysely<Tables>)
      .deleteFrom('idempotency_keys')
      .where('created_at', '<', this.#oldest())
      .execute()
  }

  #oldest(): unknown {
    return this.#database.codec.encodeTime(new Date(Date.now() - RETENTION_MS))
  }
}
