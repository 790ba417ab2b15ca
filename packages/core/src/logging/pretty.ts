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
    customLevels: 'trace:10,debug:20,info:30,warning:40,error:50,fatal:60',
    useOnlyCustomProps: false,
  })
}
