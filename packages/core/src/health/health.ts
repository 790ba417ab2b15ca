import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { checkedOption, parseOptions, pathOption } from '../parse-options.ts'
import { InvalidOptionError } from '../errors.ts'
import { problemResponses } from '../openapi/problem-responses.ts'
import { PROBLEM_CONTENT_TYPE } from '../problems/problem-detail.ts'
import { sendHealth } from './send-health.ts'
import { HealthReportSchema } from './schema.ts'
import type { ServiceApp, ServiceModule } from '../service-module.ts'
import { sendEvents } from '../server-sent-events.ts'
import type { HealthCheck } from './health-check.ts'
import { runChecks } from './run-checks.ts'

/** Options of `withHealth()`. */
export interface HealthOptions {
  /** Path of the report. Default: `/health`. */
  readonly prefix?: string
  /** Tags of the operations in the OpenAPI document. Default: `['Observability']`. */
  readonly tags?: readonly string[]
  /** Checks of the service's own, by name (letters, digits, `_` and `-`). Default: none. */
  readonly checks?: Readonly<Record<string, HealthCheck>>
  /** Whether the database, where there is one, is checked, too. Default: true. */
  readonly includeDatabaseCheck?: boolean
}

const Options = Type.Object(
  {
    prefix: pathOption({ default: '/health' }),
    tags: Type.Array(Type.String(), { default: ['Observability'] }),
    checks: checkedOption<Readonly<Record<string, HealthCheck>>>(
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        Object.values(value).every((check) => typeof check === 'function'),
      'an object of functions by name',
      {},
    ),
    includeDatabaseCheck: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
)

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
  const { prefix, tags, checks, includeDatabaseCheck } = parseOptions(Options, options, 'withHealth()')
  for (const name of Object.keys(checks)) {
    if (/^[\w-]+$/.test(name)) continue
    throw new InvalidOptionError(
      `withHealth(): Health check name '${name}' contains invalid characters. Only letters, digits, underscores and hyphens are allowed.`,
    )
  }
  return {
    name: 'health',
    plugin(app) {
      const report = () => {
        const all = new Map([...Object.entries(checks), ...app.kernel.healthChecks])
        if (!includeDatabaseCheck) all.delete('database')
        return runChecks(all, (text) => app.kernel.redactor.redact(text))
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

function healthRoutes(app: ServiceApp, report: () => ReturnType<typeof runChecks>, tags: string[]): void {
  app.get('', {
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
  app.get('/live', { schema: HIDDEN, handler: () => ({ status: 'healthy' }) })
  app.get('/startup', { schema: HIDDEN, handler: () => ({ status: 'healthy' }) })
  app.get('/ready', { schema: HIDDEN, handler: async (_request, reply) => sendHealth(reply, await report()) })
  app.get('/$stream', {
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
