import type { Contender } from './contenders.ts'
import type { Measurements, Memory, Samples } from './measure.ts'
import { ratios, type Spread, spread, withQuartiles } from './statistics.ts'
import { table } from './table.ts'

/** What the issue allows authentication to cost, in parts of what bare Fastify costs. */
const AUTH_LIMIT = 0.15

/** What it asks of requests for configs on SQLite: requests in a second of CPU time, in parts of what bare node:http answers. */
const CONFIG_LIMITS = [
  ['get-config', 'GET of a config by its id', 0.45],
  ['post-config', 'POST of a config', 0.3],
] as const

/** What it asks of the complete stack: the same, and MiB of memory. */
const STACK_LIMIT = 0.6
const MEMORY_LIMIT = 100

/** One row a contender: CPU time and its ratios, each ratio taken within one round; resident memory. */
export function costTable(contenders: readonly Contender[], { samples, memory }: Measurements): string {
  const fastify = fastifyBaseline(samples)
  const rows = contenders.map(({ name, title }) => {
    const own = valuesOf(samples, name)
    return [
      title,
      spread(own).median.toFixed(1),
      withQuartiles(spread(ratios(own, fastify))),
      spread(ratios(own, valuesOf(samples, 'node-http'))).median.toFixed(2),
      memoryOf(memory.get(name) ?? [], 'idle').median.toFixed(0),
      memoryOf(memory.get(name) ?? [], 'loaded').median.toFixed(0),
    ]
  })
  const titles = ['server', 'CPU µs a request', '÷ bare Fastify (quartiles)', '÷ bare node:http']
  return table([...titles, 'MiB idle', 'MiB after the load'], rows)
}

/** What the table is asked for, in sentences. */
export function findings({ samples, memory }: Measurements): string[] {
  const fastify = fastifyBaseline(samples)
  const noise = ratios(valuesOf(samples, 'fastify-again'), valuesOf(samples, 'fastify'))
  const few = valuesOf(samples, 'chapkit-auth')
  const auth = spread(differences(few, valuesOf(samples, 'chapkit'), fastify))
  return [
    `Noise: two servers that are both bare Fastify measured ${withQuartiles(spread(noise))} of each other.`,
    `Authentication adds ${withQuartiles(auth)} of what bare Fastify costs; the limit is ${AUTH_LIMIT}: ` +
      `${auth.median <= AUTH_LIMIT ? 'kept' : 'NOT kept'}.`,
    `With 1,000 keys the service costs ${withQuartiles(spread(ratios(valuesOf(samples, 'chapkit-1000-keys'), few)))} ` +
      `of what it costs with 10, with 100,000 keys ` +
      `${withQuartiles(spread(ratios(valuesOf(samples, 'chapkit-100000-keys'), few)))}.`,
    `Everything else (logging, health, system, docs, config, landing page) adds ` +
      `${withQuartiles(spread(differences(valuesOf(samples, 'chapkit-everything'), few, fastify)))} of bare Fastify; ` +
      `Fastify's own request log alone adds ` +
      `${withQuartiles(spread(differences(valuesOf(samples, 'fastify-logging'), fastify, fastify)))}.`,
    stackFinding(samples),
    memoryFinding(memory.get('complete-stack') ?? []),
    ...CONFIG_LIMITS.map(([name, title, limit]) => configFinding(samples, name, title, limit)),
  ]
}

function stackFinding(samples: Samples): string {
  const [complete, naive] = ['complete-stack', 'naive-stack'].map((name) =>
    spread(ratios(valuesOf(samples, 'node-http'), valuesOf(samples, name))),
  ) as [Spread, Spread]
  return (
    `The complete stack (keys with scopes, a limit in memory, metrics, a log in JSON, health, system): a second of CPU time ` +
    `answers ${withQuartiles(complete)} of the requests that it answers with bare node:http, with well-known plugins for the ` +
    `same ${withQuartiles(naive)}; the limit is ${STACK_LIMIT}: ${complete.median >= STACK_LIMIT ? 'kept' : 'NOT kept'}.`
  )
}

function memoryOf(memory: readonly Memory[], when: keyof Memory): Spread {
  return spread(memory.map((each) => each[when]))
}

function memoryFinding(memory: readonly Memory[]): string {
  const { median, lower, upper } = memoryOf(memory, 'loaded')
  return (
    `The process of the complete stack has ${memoryOf(memory, 'idle').median.toFixed(0)} MiB of memory when it has started, and ` +
    `${median.toFixed(1)} (${lower.toFixed(1)} to ${upper.toFixed(1)}) MiB after the load; the limit is ${MEMORY_LIMIT}: ` +
    `${median < MEMORY_LIMIT ? 'kept' : 'NOT kept'}.`
  )
}

/** Both databases beside bare node:http. Of PostgreSQL, whose own work is another process's, nothing is asked. */
function configFinding(samples: Samples, name: string, title: string, limit: number): string {
  const [sqlite, postgres] = ['sqlite', 'postgres'].map((database) =>
    spread(ratios(valuesOf(samples, 'node-http'), valuesOf(samples, `${name}-${database}`))),
  ) as [Spread, Spread]
  return (
    `${title}, with auth and log: a second of CPU time answers ${withQuartiles(sqlite)} of the requests that it answers with ` +
    `bare node:http on SQLite, ${withQuartiles(postgres)} on PostgreSQL; the limit on SQLite is ${limit}: ` +
    `${sqlite.median >= limit ? 'kept' : 'NOT kept'}.`
  )
}

/** The mean of the two bare Fastify servers, round by round. */
function fastifyBaseline(samples: Samples): number[] {
  const again = valuesOf(samples, 'fastify-again')
  return valuesOf(samples, 'fastify').map((value, round) => (value + (again[round] ?? value)) / 2)
}

function valuesOf(samples: Samples, name: string): readonly number[] {
  return samples.get(name) ?? []
}

function differences(values: readonly number[], less: readonly number[], bases: readonly number[]): number[] {
  return values.map((value, round) => (value - (less[round] ?? Number.NaN)) / (bases[round] ?? Number.NaN))
}
