import type { DestinationStream } from 'pino'
import { PinoPretty } from 'pino-pretty'

/** Log lines for people: one coloured line an event, with its fields below. */
export function pretty(destination: NodeJS.WritableStream = process.stdout): DestinationStream {
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
