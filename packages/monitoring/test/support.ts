import {
  buildService,
  compose,
  type Kernel,
  logging,
  parseServiceInfo,
  type ServerOptions,
  type ServiceModule,
} from '@chapkit/core'
import { captureLog, closing } from '@chapkit/testing'
import { monitoring, type MonitoringOptions } from '@chapkit/monitoring'

/** Environment of a service that is told nothing by it. */
export const NO_ENV: NodeJS.ProcessEnv = {}

/** A service with monitoring and a log, and routes or other modules; closed when the test ends. */
export function monitored(
  modules: readonly (ServiceModule | ServiceModule['plugin'])[] = [],
  options: MonitoringOptions = {},
  server: ServerOptions = {},
  make: (options: MonitoringOptions) => ServiceModule = (given) => monitoring(given, NO_ENV),
) {
  const log = captureLog()
  const all = modules.map((module, index) =>
    typeof module === 'function' ? { name: `test-${index}`, plugin: module } : module,
  )
  const app = closing(
    buildService({
      info: parseServiceInfo({ displayName: 'Test' }),
      modules: compose([
        ...all.filter(isFirst),
        logging(),
        make(options),
        ...all.filter((module) => !isFirst(module)),
      ]),
      server: { logStream: log.stream, ...server },
    }),
  )
  return { app, log, page: async () => parsePage((await app.inject({ url: '/metrics' })).body) }
}

function isFirst({ name }: ServiceModule): boolean {
  return name === 'test-kernel'
}

/** A module that is registered before all others and changes the kernel. */
export function withKernel(change: (kernel: Kernel) => void): ServiceModule {
  return { name: 'test-kernel', order: 'early', plugin: (app) => change(app.kernel) }
}

/** A series of a page. */
export interface Series {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The series of a page in the text format of Prometheus; anything that is no such page fails. */
export function parsePage(text: string): Series[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^# (?:HELP|TYPE) [a-z_][a-z0-9_]* \S/.test(line))
    .map((line) => {
      const match = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/.exec(line)
      if (!match) throw new Error(`No line of a page: ${line}`)
      const [, name = '', labels = '', value = ''] = match
      const pairs = [...labels.matchAll(/([a-z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)]
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label = '', of = '']) => [label, of])),
        value: Number(value.replace('Inf', 'Infinity')),
      }
    })
}

/** Values of the series of a name whose labels have these values. */
export function valuesOf(
  page: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number[] {
  return page
    .filter((series) => series.name === name)
    .filter((series) => Object.entries(labels).every(([label, value]) => series.labels[label] === value))
    .map(({ value }) => value)
}
