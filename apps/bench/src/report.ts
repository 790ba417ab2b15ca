import type { Contender } from './contenders.ts'
import type { Samples } from './measure.ts'
import { spread, type Spread } from './statistics.ts'

/** What the issue allows authentication to cost, in parts of what bare Fastify costs. */
const AUTH_LIMIT = 0.15

/** One row a contender: CPU time and its ratios, each ratio taken within one round. */
export function costTable(contenders: readonly Contender[], samples: Samples): string {
  const fastify = fastifyBaseline(samples)
  const rows = contenders.map(({ name, title }) => {
    const own = valuesOf(samples, name)
    return [
      title,
      spread(own).median.toFixed(1),
      withQuartiles(spread(ratios(own, fastify))),
      spread(ratios(own, valuesOf(samples, 'node-http'))).median.toFixed(2),
    ]
  })
  return table(['server', 'CPU µs a request', '÷ bare Fastify (quartiles)', '÷ bare node:http'], rows)
}

/** What the table is asked for, in sentences. */
export function findings(samples: Samples): string[] {
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
  ]
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    return `| ${padded.join(' | ')} |`
  }
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** The mean of the two bare Fastify servers, round by round. */
function fastifyBaseline(samples: Samples): number[] {
  const again = valuesOf(samples, 'fastify-again')
  return valuesOf(samples, 'fastify').map((value, round) => (value + (again[round] ?? value)) / 2)
}

function valuesOf(samples: Samples, name: string): readonly number[] {
  return samples.get(name) ?? []
}

function ratios(values: readonly number[], bases: readonly number[]): number[] {
  return values.map((value, round) => value / (bases[round] ?? Number.NaN))
}

function differences(values: readonly number[], less: readonly number[], bases: readonly number[]): number[] {
  return values.map((value, round) => (value - (less[round] ?? Number.NaN)) / (bases[round] ?? Number.NaN))
}

function withQuartiles({ median, lower, upper }: Spread): string {
  return `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`
}
