import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'

/** Where a connection keeps the answers that its client waits for. */
const WAITING = Symbol('chapkit.monitoring.waiting')

/** What the answer goes over: its stream in HTTP/2, else a connection that takes one answer after the other. */
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
 * @param lost - Is told of each answer whose connection ended while it was waited for.
 */
export function followAnswers(lost: (answer: ServerResponse) => void): WaitingAnswers {
  function closed(this: Connection): void {
    for (const answer of this[WAITING]?.splice(0) ?? []) lost(answer)
  }
  return {
    add(answer) {
      const connection = connectionOf(answer)
      const waiting = connection[WAITING]
      if (waiting) waiting.push(answer)
      else {
        connection[WAITING] = [answer]
        connection.once('close', closed)
      }
    },
    remove(answer) {
      const waiting = connectionOf(answer)[WAITING] ?? []
      const at = waiting.indexOf(answer)
      if (at < 0) return false
      const last = waiting.pop()
      // Mostly there is no other.
      if (last !== undefined && last !== answer) waiting[at] = last
      return true
    },
  }
}

function connectionOf({ req }: ServerResponse): Connection {
  return (req as { stream?: Connection }).stream ?? req.socket
}
