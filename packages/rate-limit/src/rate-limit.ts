import { type MetricFamily, problemResponses, type ServiceModule } from '@chapkit/core'
import type { FastifyInstance } from 'fastify'
import { Decisions } from './decisions.ts'
import type { Charge, Limiter } from './limiter.ts'
import { MemoryLimiter } from './memory-limiter.ts'
import { type ParsedOptions, parseRateLimitOptions, type RateLimitOptions } from './options.ts'
import { policyOf } from './policy.ts'
import { Refusals } from './refusals.ts'
import { requestHook } from './request-hook.ts'
import { isExempt, readRouteLimits } from './route-limits.ts'
import { type OutageLog, SharedLimiter } from './shared-limiter.ts'
import { Subjects } from './subjects.ts'
import { countInPrimary, WorkerStore } from './worker-store.ts'

/**
 * Limits how often a key, or the address of a client without one, may call the service: in no window of any position are there
 * more than the limit. What is refused is answered 429 before its body is read.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION for an option that is unknown, or a limit that is none. The start fails with it, too, for
 * the limit of a route, and with CHAPKIT_ERR_UNKNOWN_ROUTE for a route of `perRoute` that there is not.
 */
export function rateLimit(options: RateLimitOptions): ServiceModule {
  const parsed = parseRateLimitOptions(options)
  return {
    name: 'rate-limit',
    order: 'early',
    after: ['auth', 'logging', 'cors', 'monitoring'],
    async plugin(app) {
      const memory = new MemoryLimiter(parsed.maxSubjects)
      const decisions = new Decisions()
      readRouteLimits(app, parsed.perRoute)
      app.addHook(
        'onRequest',
        requestHook({
          limiter: await limiterOf(app, parsed, memory),
          subjects: new Subjects(policyOf('service', parsed.limit)),
          decisions,
          refusals: new Refusals(),
        }),
      )
      app.kernel.metrics.push(decisions.family(), subjectsOf(memory))
      const tooMany = problemResponses({ 429: 'A rate limit is used up' })
      app.kernel.openApi.push({
        operation: (schema, route) =>
          isExempt(route)
            ? schema
            : { ...schema, response: { ...(schema.response as object | undefined), ...tooMany } },
      })
    },
    ...(parsed.redis === undefined && { inPrimary: (hub) => countInPrimary(hub, parsed.maxSubjects) }),
  }
}

async function limiterOf(
  app: FastifyInstance,
  options: ParsedOptions,
  memory: MemoryLimiter,
): Promise<Limiter> {
  const { redis, timeout } = options
  const { workers, info } = app.kernel
  const probe: Charge = { id: '{probe}', policy: policyOf('service', PROBE) }
  if (redis !== undefined) {
    const prefix = options.prefix ?? `chapkit:limit:${slug(info.display_name)}:`
    // A client of Redis takes megabytes, which a service without it need not have.
    const { RedisStore } = await import('./redis-store.ts')
    const store = new RedisStore({ url: redis, prefix, timeout })
    const limiter = new SharedLimiter(store, memory, probe, outageLog(app))
    app.addHook('onReady', async () => {
      await store.connect(() => void limiter.probe())
      await limiter.probe()
    })
    app.addHook('onClose', (_instance, done) => {
      store.close()
      done()
    })
    return limiter
  }
  if (workers === undefined) return memory
  return new SharedLimiter(new WorkerStore(workers, timeout), memory, probe, outageLog(app))
}

/** Wide enough for the probes of any number of processes. */
const PROBE = { text: '1000000/s', count: 1_000_000, window: 1_000 }

function outageLog(app: FastifyInstance): OutageLog {
  return {
    lost({ message: reason }) {
      const message = 'Rate limits are counted by each process for itself'
      app.log.warn({ reason, message }, 'rate_limit.fallback')
    },
    restored() {
      app.log.info({ message: 'Rate limits are shared again' }, 'rate_limit.restored')
    },
  }
}

function subjectsOf(memory: MemoryLimiter): MetricFamily {
  return {
    name: 'chapkit_rate_limit_subjects',
    help: 'Windows of keys and addresses that are in the memory of the process.',
    type: 'gauge',
    collect: () => [{ labels: {}, value: memory.size }],
  }
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
