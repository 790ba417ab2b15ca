import { WorkerLinkError } from '../errors.ts'

/** Milliseconds that the other process has to answer, where the asker names no limit. */
const ANSWER_LIMIT = 5_000

/** Milliseconds between two looks for answers that are late. */
const LATE_INTERVAL = 250

/** Name of our member of a message: other messages go over the same channel. */
const MEMBER = 'chapkit'

type Message =
  | readonly [kind: 'ask', id: number, body: string, topic: string]
  | readonly [kind: 'answer' | 'fault', id: number, body: string]

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  readonly until: number
}

/** Sends one message to the other process; one that is gone is no error. */
export type Send = (message: object) => void

/** Answers what the other process asks about a topic. */
export type Answer = (message: unknown) => unknown

/** Answers by topic. */
export interface Answers {
  get(topic: string): Answer | undefined
}

/**
 * One end of the channel between the primary process and a worker: questions, and answers to those of the other end. What is
 * said in one turn of the event loop goes in one message. Bodies are JSON before they are sent: one that JSON cannot hold
 * fails where it was given.
 */
export class Peer {
  readonly #send: Send
  readonly #answers: Answers
  readonly #waiting = new Map<number, Waiting>()
  #outgoing: Message[] = []
  #lastId = 0
  #late: NodeJS.Timeout | undefined
  #isGone = false

  constructor(send: Send, answers: Answers) {
    this.#send = send
    this.#answers = answers
  }

  /**
   * @param limit - Milliseconds to wait for the answer.
   * @throws CHAPKIT_ERR_WORKER_LINK when the other process is gone, has no answer for the topic, or none in time.
   */
  async ask(topic: string, message: unknown, limit = ANSWER_LIMIT): Promise<unknown> {
    const body = toJson(message)
    if (this.#isGone) throw gone()
    const id = ++this.#lastId
    this.#say(['ask', id, body, topic])
    this.#late ??= setInterval(() => this.#dropLate(), LATE_INTERVAL).unref()
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject, until: performance.now() + limit }),
    )
  }

  /** Takes a message that came over the channel; those of others are left alone. */
  receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !(MEMBER in message)) return
    for (const [kind, id, body, topic] of message[MEMBER] as Message[]) {
      if (kind === 'ask') void this.#answer(id, topic, body)
      else if (kind === 'answer') this.#settle(id)?.resolve(JSON.parse(body))
      else this.#settle(id)?.reject(new WorkerLinkError(JSON.parse(body) as string))
    }
  }

  /** The other process is gone: nobody waits for it any more. */
  end(): void {
    this.#isGone = true
    for (const id of this.#waiting.keys()) this.#settle(id)?.reject(gone())
  }

  async #answer(id: number, topic: string, body: string): Promise<void> {
    try {
      const answer = this.#answers.get(topic)
      if (!answer) throw new WorkerLinkError(`Nobody answers '${topic}' in the other process.`)
      this.#say(['answer', id, toJson(await answer(JSON.parse(body)))])
    } catch (error) {
      this.#say(['fault', id, JSON.stringify(error instanceof Error ? error.message : String(error))])
    }
  }

  #say(message: Message): void {
    if (this.#outgoing.push(message) > 1) return
    setImmediate(() => {
      const said = this.#outgoing
      this.#outgoing = []
      this.#send({ [MEMBER]: said })
    })
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) {
      clearInterval(this.#late)
      this.#late = undefined
    }
    return waiting
  }

  #dropLate(): void {
    const now = performance.now()
    for (const [id, { until }] of this.#waiting) {
      if (until <= now)
        this.#settle(id)?.reject(new WorkerLinkError('The other process did not answer in time.'))
    }
  }
}

/** JSON has no undefined. */
function toJson(body: unknown): string {
  return JSON.stringify(body) ?? 'null'
}

function gone(): Error {
  return new WorkerLinkError('The other process is gone.')
}
