import { createRequire } from 'node:module'
import type { DestinationStream } from 'pino'

/** Log lines for people: one coloured line an event, with its fields below. */
export function pretty(destination: NodeJS.WritableStream = process.stdout): DestinationStream {
  // Only where it is used: a service in production has no need of its 50 modules.
  const { PinoPretty } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  return PinoPretty({
    destination,
    colorize: process.stdout.isTTY,
    sync: true,
    messageKey: 'event',
    timestampKey: 'timestamp',
    errorLikeObjectKeys: ['error'],
    singleLine: true,
  })
}
