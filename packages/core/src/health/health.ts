import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { problemResponses } from '../openapi/problem-responses.ts'
import { PROBLEM_CONTENT_TYPE } from '../problems/problem-detail.ts'
import { Problem } from '../problems/problem.ts'
import { sendProblem } from '../problems/send-problem.ts'
import { sendHealth } from './send-health.ts'
import { HealthReportSchema } from './schema.ts'
import type { ServiceApp, ServiceModule } from '../service-module.ts'
import { sendEvents } from '../server-sent-events.ts'
import { type CheckRunner, checkRunners } from './check-runner.ts'
import { type HealthOptions, parseHealthOptions } from './options.ts'
import { runChecks } from './run-checks.ts'

const StreamQuery = Type.Object({
  poll_interval: Type.Optional(
    Type.Number({
      minimum: 0.01,
      maximum: 3600,
      default: 1,
      description: 'Seconds between two events',
    }),
  ),
})

/**
 * Health of the service: `GET /health` (200, or 503 when unhealthy), `/health/live` (the process answers),
 * `/health/startup` (it has started), `/health/ready` (it may get traffic), and `/health/$stream` (a report at each interval).
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option or the name of a check that is not valid.
 */
export function health(options: HealthOptions = {}): ServiceModule {
  const { prefix, tags, checks, includeDatabaseCheck, ...limits } = parseHealthOptions(options)
  return {
    name: 'health',
    plugin(app) {
      let runners: ReadonlyMap<string, CheckRunner> | undefined
      const report = () => {
        // Modules add theirs while they register.
        runners ??= checkRunners(
          new Map([
            ...Object.entries(checks),
            ...[...app.kernel.healthChecks].filter(([name]) => includeDatabaseCheck || name !== 'database'),
          ]),
          limits,
        )
        return runChecks(runners, (text) => app.kernel.redactor.redact(text))
      }
      app.register(
        (routes, _options, done) => {
          healthRoutes(routes, report, [...tags])
          done()
        },
        { prefix },
      )
    },
  }
}

/** Probes are for the platform that runs the service, not for its clients: the OpenAPI document leaves them out. */
const HIDDEN: FastifySchema = { hide: true }

/** Many ask from one address, and a probe that is refused ends the service. */
const UNLIMITED = { rateLimit: false, servedUnderLoad: true } as const

function healthRoutes(app: ServiceApp, report: () => ReturnType<typeof runChecks>, tags: string[]): void {
  app.get('', {
    config: UNLIMITED,
    schema: {
      tags,
      summary: 'Health of the service',
      operationId: 'getHealth',
      response: {
        200: HealthReportSchema,
        503: {
          description: 'The service is unhealthy',
          content: { [PROBLEM_CONTENT_TYPE]: { schema: HealthReportSchema } },
        },
      },
    },
    serializerCompiler: () => JSON.stringify,
    handler: async (_request, reply) => sendHealth(reply, await report()),
  })
  app.get('/live', { config: UNLIMITED, schema: HIDDEN, handler: () => ({ status: 'healthy' }) })
  app.get('/startup', { config: UNLIMITED, schema: HIDDEN, handler: () => ({ status: 'healthy' }) })
  app.get('/ready', {
    config: UNLIMITED,
    schema: HIDDEN,
    handler: async (_request, reply) => {
      // Sent, not thrown: it is no fault that the log should tell.
      if (app.kernel.draining.aborted) return sendProblem(reply, notReady())
      return sendHealth(reply, await report())
    },
  })
  app.get('/$stream', {
    config: { servedUnderLoad: true, scopes: ['health:read'] },
    schema: {
      tags,
      summary: 'Health of the service as an event stream',
      operationId: 'streamHealth',
      querystring: StreamQuery,
      response: {
        200: {
          description: 'A report at each interval, until the client goes',
          content: { 'text/event-stream': { schema: {} } },
        },
        ...problemResponses({ 422: 'The interval is not valid' }),
      },
    },
    handler: (request, reply): FastifyReply =>
      sendEvents(reply, async function* (signal) {
        while (!signal.aborted) {
          yield await report()
          // It is optional, but has a default.
          const seconds = request.query.poll_interval as number
          await sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => undefined)
        }
      }),
  })
}

/** To the platform, that it may send requests elsewhere: those that come all the same are served. */
function notReady(): Problem {
  return new Problem('unavailable', 'The service is about to shut down.', { headers: { 'retry-after': '1' } })
}
