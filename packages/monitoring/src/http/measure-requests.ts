import type { ServerResponse } from 'node:http'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onResponseHookHandler,
  onSendHookHandler,
} from 'fastify'
import { KINDS, kindOf } from './method.ts'
import { routeTemplate } from './route-template.ts'
import { RouteSeries } from './route-series.ts'
import { followAnswers } from './waiting-answers.ts'

/** What stands for the route of requests that no route takes: their paths are the client's. */
const UNMATCHED = 'unmatched'

/** Where an answer that is a stream keeps what is known of it. */
const STREAM = Symbol('chapkit.monitoring.stream')

type Response = ServerResponse & { [STREAM]?: Stream }

/** All that is measured of the requests of a service. */
export interface RequestMetrics {
  /** By template. */
  readonly routes: ReadonlyMap<string, RouteSeries>
  /** Requests that wait for their answer, by kind. */
  readonly active: readonly number[]
  /** Requests whose client went before the answer was complete, by kind. */
  readonly aborted: readonly number[]
}

/** An answer whose size nobody knows before its end. */
interface Stream {
  readonly series: RouteSeries
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  sent: number
}

/**
 * Measures the requests to all routes that are registered from now on, and those that no route takes. Each route has hooks
 * of its own, which know where to count: nothing is looked up by what the client sent.
 */
export function measureRequests(app: FastifyInstance): RequestMetrics {
  const routes = new Map<string, RouteSeries>()
  const active = Array.from({ length: KINDS }, () => 0)
  const aborted = Array.from({ length: KINDS }, () => 0)
  const seriesFor = (target: string): RouteSeries => {
    const series = routes.get(target) ?? new RouteSeries(target)
    routes.set(target, series)
    return series
  }

  const settle = (answer: Response): void => {
    const kind = kindOf(answer.req)
    ;(active[kind] as number)--
    if (!answer.writableEnded) (aborted[kind] as number)++
  }
  const waiting = followAnswers((answer: Response) => {
    settle(answer)
    const stream = answer[STREAM]
    if (!answer.writableEnded) stream?.series.record(stream.request, stream.reply, stream.sent)
  })

  app.addHook('onRequest', (request, reply, done) => {
    ;(active[kindOf(request.raw)] as number)++
    waiting.add(reply.raw)
    done()
  })
  const unmatched = seriesFor(UNMATCHED)
  // Mostly it is not run for an answer that the client did not wait for; in HTTP/2 it is.
  app.addHook('onResponse', (request, reply, done) => {
    if (waiting.remove(reply.raw)) settle(reply.raw)
    if (request.is404) unmatched.record(request, reply, sizeOf(request, reply))
    done()
  })
  app.addHook('onRoute', (route) => {
    const series = seriesFor(routeTemplate(route.url))
    route.onSend = [route.onSend ?? [], followStreams(series)].flat()
    route.onResponse = [recordAnswers(series), route.onResponse ?? []].flat()
  })
  return { routes, active, aborted }
}

function recordAnswers(series: RouteSeries): onResponseHookHandler {
  return (request, reply, done) => {
    series.record(request, reply, sizeOf(request, reply))
    done()
  }
}

function followStreams(series: RouteSeries): onSendHookHandler {
  return (request, reply, payload, done) => {
    if (typeof payload === 'object' && payload !== null && !(payload instanceof Uint8Array)) {
      const raw: Response = reply.raw
      const stream: Stream = { series, request, reply, sent: 0 }
      raw[STREAM] = stream
      countWritten(raw, stream)
    }
    done(null, payload)
  }
}

function countWritten(raw: ServerResponse, stream: Stream): void {
  const write = raw.write.bind(raw) as (...args: unknown[]) => boolean
  raw.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    stream.sent += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
    return write(chunk, ...rest)
  }
}

function sizeOf(request: FastifyRequest, reply: FastifyReply): number {
  const raw: Response = reply.raw
  if (raw[STREAM]) return raw[STREAM].sent
  const length = request.method === 'HEAD' ? undefined : reply.getHeader('content-length')
  return length === undefined ? 0 : Number(length)
}
