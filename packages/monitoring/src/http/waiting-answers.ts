import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** Where a connection keeps the answers that its client waits for. */
const WAITING = Symbol('chapkit.monitoring.waiting')

/** What the answer goes over: its stream in HTTP/2, else a connection that takes one answer after the other; or the answer itself. */
type Connection = EventEmitter & { [WAITING]?: ServerResponse[] }

/** The answers that clients wait for. */
export interface WaitingAnswers {
  readonly add: (answer: ServerResponse) => void
  /** @returns Whether it was waited for. */
  readonly remove: (answer: ServerResponse) => boolean
}

/**
 * Follows answers by their connections: a listener on each answer would cost more, and hear nothing of those that stand behind
 * another on a connection that breaks (pipelining).
 *
 * @param over - Is told of each answer that was waited for and not removed: when its connection has ended, or when it was sent and the
 * next one comes.
 */
export function followAnswers(over: (answer: ServerResponse) => void): WaitingAnswers {
  const remove: WaitingAnswers['remove'] = (answer) => {
    const waiting = connectionOf(answer)[WAITING] ?? []
    const at = waiting.indexOf(answer)
    if (at < 0) return false
    const last = waiting.pop()
    // Mostly there is no other.
    if (last !== undefined && last !== answer) waiting[at] = last
    return true
  }
  function closed(this: Connection): void {
    for (const answer of this[WAITING]?.splice(0) ?? []) over(answer)
  }
  return {
    add(answer) {
      const connection = connectionOf(answer)
      const waiting = connection[WAITING]
      if (waiting === undefined) {
        connection[WAITING] = [answer]
        connection.once('close', closed)
        return
      }
      // Of an answer that was sent nobody tells where a hook before ours fails.
      if (waiting.length > 0) {
        for (const sent of waiting.filter(({ writableFinished }) => writableFinished)) {
          remove(sent)
          over(sent)
        }
      }
      waiting.push(answer)
    },
    remove,
  }
}

/** What is injected has no connection that closes. */
function connectionOf(answer: ServerResponse): Connection {
  const { stream, socket } = answer.req as { stream?: Connection; socket: unknown }
  return stream ?? (socket instanceof Socket ? socket : answer)
}
