import { destination, type DestinationStream, type LoggerOptions } from 'pino'
import { pretty } from './pretty.ts'
import type { Redactor } from './redactor.ts'
import { tickBuffered, type TickBuffered } from './tick-buffer.ts'
import { timestamps } from './timestamp.ts'

/** Levels as they are written on the wire. */
const LEVEL_WORDS: Readonly<Record<string, string>> = { warn: 'warning' }

/** Levels as they are read from LOG_LEVEL. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  silent: 'silent',
}

/** How a service writes its log. */
export interface LogSettings {
  /** Least level that is written. */
  readonly level: string
  /** Where lines go. Default: standard output. */
  readonly stream?: DestinationStream
  /** Whether pino-pretty reads the lines: it knows pino's own words for levels. Default: false. */
  readonly pretty?: boolean
}

/** Options of pino that write one JSON object a line: `event`, `level` as a word, `timestamp` in ISO 8601. */
export function loggerOptions(
  settings: LogSettings,
  redactor: Redactor,
): LoggerOptions & { stream: DestinationStream } {
  return {
    level: settings.level,
    base: null,
    messageKey: 'event',
    errorKey: 'error',
    timestamp: timestamps(),
    formatters: { level: (label) => ({ level: settings.pretty ? label : (LEVEL_WORDS[label] ?? label) }) },
    serializers: {
      // Headers, queries and bodies may hold secrets: a request that is logged whole shows none of them.
      req: (request: { method: string; id: string }) => ({ method: request.method, id: request.id }),
      res: (reply: { statusCode: number }) => ({ status_code: reply.statusCode }),
    },
    hooks: { streamWrite: (line) => (redactor.trusting ? line : redactor.redact(line)) },
    stream: settings.stream ?? standardOutput(),
  }
}

let output: TickBuffered | undefined

/** What all services of the process write to, so that their lines keep their order. A process that ends writes its last ones. */
function standardOutput(): DestinationStream {
  if (output === undefined) {
    const bytes = destination({ dest: 1, sync: true, contentMode: 'buffer' })
    // Given bytes it writes them as they are; text it would turn into bytes twice.
    output = tickBuffered((lines) => void bytes.write(lines as unknown as string))
    process.on('exit', output.end)
  }
  return output
}

/**
 * Reads LOG_LEVEL and LOG_FORMAT (`json` or `console`; the default is `console` on a terminal, else `json`).
 *
 * @throws RangeError when one of them holds something else.
 */
export function logSettings(defaultLevel: string, env: NodeJS.ProcessEnv = process.env): LogSettings {
  const wanted = env['LOG_LEVEL']?.toLowerCase() || defaultLevel
  const level = LEVELS[wanted]
  if (!level) {
    throw new RangeError(`LOG_LEVEL is '${wanted}'; it must be one of ${Object.keys(LEVELS).join(', ')}.`)
  }
  const format = env['LOG_FORMAT']?.toLowerCase() || (process.stdout.isTTY ? 'console' : 'json')
  if (format !== 'json' && format !== 'console') {
    throw new RangeError(`LOG_FORMAT is '${format}'; it must be json or console.`)
  }
  return format === 'console' ? { level, stream: pretty(), pretty: true } : { level }
}
