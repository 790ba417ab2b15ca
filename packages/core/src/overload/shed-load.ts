import { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Kernel } from '../kernel/kernel.ts'
import { Problem } from '../problems/problem.ts'
import { sendProblem } from '../problems/send-problem.ts'
import { closeUnread } from '../requests/close-unread.ts'
import { Overload } from './overload.ts'

/** Answers a request that came too late to be served. Tells whether it did. */
export type Shed = (request: FastifyRequest, reply: FastifyReply) => boolean

/**
 * Refuses requests with 503 while the event loop is too late: they have waited already, and each that is served makes the others
 * wait longer. See {@link Overload} for what is too late.
 *
 * @fastify/under-pressure does the like, but asks an average of the last sample (a second): a whole crowd is let in before it
 * notices, and a whole crowd refused before it sees the end. Here each request is measured as it comes, so that those that are
 * let in have waited for no more than the limit.
 *
 * @param limit - Milliseconds; 0 for none.
 */
export function shedLoad(app: FastifyInstance, kernel: Kernel, limit: number): Shed {
  let total = 0
  let timer: NodeJS.Timeout | undefined
  const overload = new Overload(limit)
  const tickLater = () => {
    timer = setTimeout(() => {
      const shed = overload.tick(performance.now())
      if (shed > 0) app.log.warn({ shed }, 'overload.recovered')
      tickLater()
    }, overload.pause).unref()
  }
  app.addHook('onListen', (done) => {
    overload.start(performance.now())
    tickLater()
    done()
  })
  app.addHook('onClose', (_instance, done) => {
    clearTimeout(timer)
    done()
  })
  kernel.metrics.push(
    {
      name: 'chapkit_event_loop_delay_seconds',
      help: 'How late the event loop was, at most, in the last seconds.',
      type: 'gauge',
      collect: () => [{ labels: {}, value: overload.largest(performance.now()) / 1000 }],
    },
    {
      name: 'chapkit_overload_shed_total',
      help: 'Requests that were refused because the event loop was too late.',
      type: 'counter',
      collect: () => [{ labels: {}, value: total }],
    },
  )
  const refusal = new Problem('unavailable', 'The service has more to do than it can; try again.', {
    headers: { 'retry-after': '1' },
  })
  return (request, reply) => {
    const now = performance.now()
    const delay = overload.delay(now)
    if (!overload.isTooLate(delay, now) || request.routeOptions.config.servedUnderLoad) return false
    // What is injected has not waited.
    if (!(request.raw.socket instanceof Socket)) return false
    if (overload.refused(now)) {
      app.log.warn({ delay_ms: Math.round(delay), limit_ms: limit }, 'overload.shedding')
    }
    total++
    closeUnread(request, reply)
    // Not through the error handler, which would log each: there is no time for it.
    sendProblem(reply, refusal)
    return true
  }
}
